"""A table whose partitions jobs register: what counts is where each points."""

from pathlib import Path

import pytest

from local.embedded_aws.environment import REGION
from local.lake.lake import Lake, open_lake
from tests.support.small_lake import Emulation

COLUMNS = {"id": "int", "amount": "decimal(18,4)"}
DAYS = {"month": "int", "kind": "string"}
ALL = "SELECT id, month, kind FROM sales ORDER BY ALL"
ROW = "SELECT {} ::INTEGER AS id, 1 ::DECIMAL(18,4) AS amount"


@pytest.fixture
def sales(aws: Emulation) -> Emulation:
    aws.table("sales", COLUMNS, DAYS, projected=False)
    return aws


def opened(aws: Emulation, *, keep: bool = False) -> Lake:
    return open_lake(endpoint=aws.endpoint, region=REGION, databases=[aws.name], keep=keep)


def test_a_table_without_registered_partitions_is_empty_whatever_lies_there(sales: Emulation, tmp_path: Path) -> None:
    sales.put("sales/v=1/month=3/kind=a/part.parquet", ROW.format(1), tmp_path)
    with opened(sales) as lake:
        assert lake.rows(ALL) == []
        assert lake.objects == {"sales": 0}


@pytest.mark.parametrize("keep", [True, False])
def test_of_several_versions_the_one_counts_to_which_the_partition_points(
    sales: Emulation, tmp_path: Path, keep: bool
) -> None:
    for version in (1, 2):
        sales.put(f"sales/v={version}/month=3/kind=a/part.parquet", ROW.format(version), tmp_path)
    sales.put("sales/v=1/month=4/kind=b/part.parquet", ROW.format(4), tmp_path)
    sales.register("sales", "sales/v=2/month=3/kind=a/", "3", "a")
    sales.register("sales", "sales/v=1/month=4/kind=b", "4", "b")
    with opened(sales, keep=keep) as lake:
        assert lake.rows(ALL) == [(2, 3, "a"), (4, 4, "b")]
        assert lake.objects == {"sales": 2}


def test_the_registered_values_count_and_not_the_path(sales: Emulation, tmp_path: Path) -> None:
    sales.put("sales/v=1/month=3/kind=a/part.parquet", ROW.format(1), tmp_path)
    sales.register("sales", "sales/v=1/month=3/kind=a/", "12", "x y")
    with opened(sales) as lake:
        assert lake.rows(ALL) == [(1, 12, "x y")]


def test_a_partition_may_lie_elsewhere_and_hold_nothing(sales: Emulation, tmp_path: Path) -> None:
    sales.put("moved/part.parquet", ROW.format(7), tmp_path)
    sales.register("sales", "moved/", "3", "a")
    sales.register("sales", "sales/v=9/month=4/kind=a/", "4", "a")
    with opened(sales) as lake:
        assert lake.rows(ALL) == [(7, 3, "a")]


def test_a_column_that_an_older_partition_lacks_is_null_there(sales: Emulation, tmp_path: Path) -> None:
    sales.put("sales/v=1/a/part.parquet", "SELECT 1 ::INTEGER AS id", tmp_path)
    sales.put("sales/v=2/b/part.parquet", ROW.format(2), tmp_path)
    sales.register("sales", "sales/v=1/a/", "1", "a")
    sales.register("sales", "sales/v=2/b/", "2", "a")
    with opened(sales) as lake:
        assert lake.rows("SELECT id, amount IS NULL FROM sales ORDER BY id") == [(1, True), (2, False)]


def test_a_table_in_iceberg_is_refused_since_its_objects_are_of_all_versions(aws: Emulation) -> None:
    table = {"Name": "sales", "TableType": "EXTERNAL_TABLE", "Parameters": {"table_type": "ICEBERG"}}
    aws.glue.create_table(DatabaseName=aws.name, TableInput=table)
    with pytest.raises(ValueError, match=r"sales is Iceberg's.*batch\.table_format"):
        opened(aws)
