"""The lake opened over an emulated AWS: moto's S3 and Glue on a free port."""

from pathlib import Path
from typing import Any

import pytest

from contracts import load_contract
from local.embedded_aws.environment import REGION
from local.lake.lake import open_lake
from local.lake.object_reader import connect
from tests.support.small_lake import Emulation

VIEWS = Path(__file__).resolve().parents[3] / "sql" / "athena" / "views"


@pytest.mark.parametrize("keep", [False, True])
def test_a_table_has_the_columns_of_the_catalog_and_its_partitions_are_numbers(
    aws: Emulation, tmp_path: Path, keep: bool
) -> None:
    aws.table(
        "sales", {"amount": "decimal(18,4)", "sold_at": "timestamp", "note": "string"}, {"year": "int", "day": "int"}
    )
    columns = "1.5::DECIMAL(18,4) AS amount, TIMESTAMPTZ '2010-12-01 08:26:00+00' AS sold_at, 7 AS not_catalogued"
    aws.put("sales/year=2010/day=01/a.parquet", f"SELECT {columns}", tmp_path)
    aws.put("sales/year=2010/day=02/b.parquet", f"SELECT {columns}, 'x' AS note", tmp_path)
    with open_lake(endpoint=aws.endpoint, region=REGION, databases=[aws.name], keep=keep) as lake:
        rows = lake.rows("SELECT amount::VARCHAR, sold_at::VARCHAR, note, year, day FROM sales ORDER BY day")
        described = lake.rows("DESCRIBE sales")
    assert rows == [("1.5000", "2010-12-01 08:26:00", None, 2010, 1), ("1.5000", "2010-12-01 08:26:00", "x", 2010, 2)]
    assert [row[:2] for row in described] == [
        ("amount", "DECIMAL(18,4)"),
        ("sold_at", "TIMESTAMP"),
        ("note", "VARCHAR"),
        ("year", "INTEGER"),
        ("day", "INTEGER"),
    ]
    assert lake.objects == {"sales": 2}


def test_a_table_without_objects_is_empty_and_has_its_columns(aws: Emulation) -> None:
    aws.table("sales", {"amount": "decimal(18,4)"}, {"year": "int"})
    with open_lake(endpoint=aws.endpoint, region=REGION, databases=[aws.name]) as lake:
        assert lake.rows("SELECT amount, year FROM sales") == []
        assert lake.objects == {"sales": 0}


def test_a_column_that_no_object_has_is_null(aws: Emulation, tmp_path: Path) -> None:
    aws.table("sales", {"amount": "bigint", "added_later": "string"})
    aws.put("sales/a.parquet", "SELECT 1::BIGINT AS amount", tmp_path)
    with open_lake(endpoint=aws.endpoint, region=REGION, databases=[aws.name]) as lake:
        assert lake.rows("SELECT * FROM sales") == [(1, None)]


def test_what_is_kept_is_read_once_and_what_is_not_shows_later_objects(aws: Emulation, tmp_path: Path) -> None:
    aws.table("sales", {"amount": "bigint"})
    aws.put("sales/a.parquet", "SELECT 1::BIGINT AS amount", tmp_path)
    options: Any = {"endpoint": aws.endpoint, "region": REGION, "databases": [aws.name]}
    with open_lake(**options, keep=True) as kept, open_lake(**options) as live:
        aws.put("sales/b.parquet", "SELECT 2::BIGINT AS amount", tmp_path)
        assert kept.rows("SELECT amount FROM sales") == [(1,)]
        assert live.rows("SELECT amount FROM sales ORDER BY 1") == [(1,), (2,)]


def test_a_file_of_another_type_than_the_catalogs_is_refused_with_both_types(aws: Emulation, tmp_path: Path) -> None:
    aws.table("sales", {"amount": "decimal(18,4)"})
    aws.put("sales/a.parquet", "SELECT 1.5::DOUBLE AS amount", tmp_path)
    with pytest.raises(ValueError, match=rf"{aws.name}.sales, column amount: .* DOUBLE, the catalog says decimal"):
        open_lake(endpoint=aws.endpoint, region=REGION, databases=[aws.name])


def test_a_view_may_read_a_view_that_the_catalog_lists_after_it(aws: Emulation) -> None:
    aws.view("a_total", "SELECT sum(amount) AS amount FROM big", {"amount": "bigint"})
    aws.view("big", "SELECT amount FROM sales WHERE amount > 1", {"amount": "int"})
    aws.table("sales", {"amount": "int"})
    with pytest.raises(ValueError, match=r"a_total: its query gives .*HUGEINT.* says .*BIGINT"):
        open_lake(endpoint=aws.endpoint, region=REGION, databases=[aws.name])
    aws.glue.delete_table(DatabaseName=aws.name, Name="a_total")
    aws.view("a_total", "SELECT CAST(sum(amount) AS bigint) AS amount FROM big", {"amount": "bigint"})
    with open_lake(endpoint=aws.endpoint, region=REGION, databases=[aws.name]) as lake:
        assert lake.rows("SELECT * FROM a_total") == [(None,)]


def test_a_view_over_a_missing_table_names_itself_and_the_table(aws: Emulation) -> None:
    aws.view("totals", "SELECT 1 AS one FROM nowhere", {"one": "int"})
    with pytest.raises(ValueError, match=r"totals: .*nowhere"):
        open_lake(endpoint=aws.endpoint, region=REGION, databases=[aws.name])


def test_the_projects_contracts_and_views_open_as_they_are(aws: Emulation) -> None:
    for dataset in ("order_items", "orders", "quarantine"):
        contract = load_contract(dataset)
        assert contract.received_as is not None
        aws.table(
            contract.received_as,
            {column.name: column.type for column in contract.data_columns},
            {column.name: column.type for column in contract.partitions},
        )
        for name, columns in contract.views.items():
            sql = (VIEWS / f"{name}.sql").read_text(encoding="utf-8")
            aws.view(name, sql, {column.name: column.type for column in columns})
    with open_lake(endpoint=aws.endpoint, region=REGION, databases=[aws.name], keep=True) as lake:
        assert lake.rows("SELECT * FROM order_items_live UNION ALL SELECT * FROM order_items_live") == []


def test_a_table_that_is_neither_objects_nor_view_is_refused(aws: Emulation) -> None:
    aws.glue.create_table(DatabaseName=aws.name, TableInput={"Name": "odd", "TableType": "MANAGED_TABLE"})
    with pytest.raises(
        ValueError, match=r"odd: table type is 'MANAGED_TABLE', readable are EXTERNAL_TABLE and VIRTUAL"
    ):
        open_lake(endpoint=aws.endpoint, region=REGION, databases=[aws.name])


def test_an_endpoint_that_is_no_url_is_refused(aws: Emulation) -> None:
    with pytest.raises(ValueError, match="expected a URL such as http:"):
        connect(endpoint=aws.endpoint.removeprefix("http://"), region=REGION)
