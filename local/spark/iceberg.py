"""Iceberg for jobs whose tables are in that format: a job's arguments go in, the jar and the settings come out.

On Glue 5.0 and EMR 7 Iceberg is there already. Here it comes out of another package (iceberg_jar.py), under names of
that package's own (``smfs.shaded``), so the settings that a job brings for Glue are told those names.
"""

import shlex
from collections.abc import Mapping
from pathlib import Path

from local.spark.iceberg_jar import JAR

NAME, NAME_HERE = "org.apache.iceberg.", "smfs.shaded.org.apache.iceberg."


class NoIcebergError(Exception):
    """When a job wants Iceberg and its jar is not installed."""


def iceberg_jars(arguments: Mapping[str, str]) -> list[Path]:
    """None for tables of Parquet."""
    if arguments.get("--table_format") != "iceberg":
        return []
    if not JAR.is_file():
        raise NoIcebergError(f"table_format is iceberg, and {JAR} is not there: python3 -m local.setup --iceberg")
    return [JAR]


def settings_of(arguments: Mapping[str, str]) -> dict[str, str]:
    """The Spark settings among a job's arguments: Glue takes all of them in one, ``a=1 --conf b=2``."""
    words = shlex.split(arguments.get("--conf", "").replace("--conf", " "))
    return {name: value.replace(NAME, NAME_HERE) for name, _, value in (word.partition("=") for word in words)}
