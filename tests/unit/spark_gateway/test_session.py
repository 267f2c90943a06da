import shlex
from pathlib import Path

import pytest

from local.spark import iceberg
from local.spark.iceberg import NoIcebergError, iceberg_jars, settings_of
from local.spark.session import SessionSize, spark_settings, submit_arguments


def test_every_bucket_is_mounted_at_the_gateway() -> None:
    settings = spark_settings(port=4711, buckets=["bronze", "silver"], folder=Path("/run"))
    assert settings["spark.hadoop.fs.viewfs.mounttable.silver.linkFallback"] == "webhdfs://127.0.0.1:4711/silver"
    assert settings["spark.local.dir"] == "/run/spark"


def test_the_size_of_the_machine_is_a_choice() -> None:
    size = SessionSize(master="local[1]", memory="512m", shuffle_partitions=3)
    settings = spark_settings(port=1, buckets=[], folder=Path("/run"), size=size)
    told = {settings[f"spark.{name}"] for name in ("master", "driver.memory", "sql.shuffle.partitions")}
    assert told == {"local[1]", "512m", "3"}


def test_settings_with_blanks_survive_the_way_to_spark() -> None:
    text = submit_arguments({"spark.driver.extraJavaOptions": "-Da=1 -Db=2"}, jars=[Path("/a b/c.jar")])
    assert shlex.split(text) == [
        "--conf",
        "spark.driver.extraJavaOptions=-Da=1 -Db=2",
        "--jars",
        "/a b/c.jar",
        "pyspark-shell",
    ]


def test_glues_settings_of_iceberg_are_told_the_names_they_have_here() -> None:
    conf = (
        "spark.sql.catalog.lake=org.apache.iceberg.spark.SparkCatalog --conf spark.sql.catalog.lake.warehouse=s3://b/i"
    )
    assert settings_of({"--conf": conf}) == {
        "spark.sql.catalog.lake": "smfs.shaded.org.apache.iceberg.spark.SparkCatalog",
        "spark.sql.catalog.lake.warehouse": "s3://b/i",
    }
    assert settings_of({}) == {}


def test_iceberg_is_asked_for_where_it_is_wanted_and_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(iceberg, "JAR", tmp_path / "iceberg.jar")
    assert iceberg_jars({"--table_format": "parquet"}) == []
    with pytest.raises(NoIcebergError, match=r"iceberg.jar is not there: python3 -m local.setup --iceberg"):
        iceberg_jars({"--table_format": "iceberg"})
    (tmp_path / "iceberg.jar").touch()
    assert iceberg_jars({"--table_format": "iceberg"}) == [tmp_path / "iceberg.jar"]
