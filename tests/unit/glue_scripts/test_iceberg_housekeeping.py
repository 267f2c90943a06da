"""Iceberg's own documents: versions nobody can ask for any more go, and what was never made is not made to clear it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pyspark.sql import SparkSession

from lib.iceberg_table import is_there
from lib.published_table import PublishedTable
from tests.support.sales_table import passes, rows_of, run, sale, stored

pytestmark = pytest.mark.parametrize("table_format", ["iceberg"])


def test_descriptions_of_versions_that_the_table_has_forgotten_are_deleted(
    open_sales: Callable[[], PublishedTable], spark: SparkSession
) -> None:
    table: Any = open_sales()
    name, objects = table._name, table._objects
    spark.sql(f"ALTER TABLE {name} SET TBLPROPERTIES ('write.metadata.previous-versions-max' = '2')")
    for number in (1, 2):
        open_sales().publish(rows_of(spark, [sale(number)]), partitions=None, run=run(number), audit=passes)

    def versions() -> list[str]:
        return [
            found.key for found in objects.listed("iceberg/sales/metadata/") if found.key.endswith(".metadata.json")
        ]

    assert len(versions()) > 4
    open_sales().expire(keep_hours=1, now=datetime.now(tz=UTC))
    assert len(versions()) > 4, "they are too young"
    open_sales().expire(keep_hours=1, now=datetime.now(tz=UTC) + timedelta(hours=2))
    assert len(versions()) <= 4
    assert stored(open_sales().read(spark)) == [sale(2)]


def test_a_table_is_there_once_a_job_has_opened_it(
    open_sales: Callable[[], PublishedTable], spark: SparkSession
) -> None:
    table: Any = open_sales()
    database, _, name = table._known_as.partition(".")
    assert is_there(spark, database, name)
    assert not is_there(spark, database, "another")
