"""Which objects belong to a received table and its dates, and which of them can be read?"""

from datetime import date
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from lib.received import Received, by_date
from lib.table_contract import load_contract
from lib.unreadable import TooManyUnreadableError, examine, refuse_too_many, set_aside, too_small
from local.lake.folder_objects import FolderObjects

HOUR = "orders/year=2010/month=12/day=01/hour=08/"


@pytest.fixture
def received(tmp_path: Path) -> Received:
    return Received(contract=load_contract("orders"), objects=FolderObjects(tmp_path / "silver"))


def put(received: Received, spark: SparkSession, name: str, columns: str) -> str:
    """One row as a file."""
    folder = Path(received.objects.url("")).parent / "staged"
    spark.range(3).selectExpr(columns).coalesce(1).write.mode("overwrite").parquet(str(folder))
    (part,) = folder.glob("*.parquet")
    received.objects.write(f"{HOUR}{name}.parquet", part.read_bytes())
    return f"{HOUR}{name}.parquet"


def test_objects_belong_to_the_date_in_their_path(received: Received) -> None:
    keys = [
        HOUR + "a.parquet",
        HOUR.replace("hour=08", "hour=23") + "b.parquet",
        HOUR.replace("day=01", "day=02") + "c.parquet",
        HOUR + "_hidden.parquet",
        HOUR + ".hidden.parquet",
        HOUR + "note.txt",
        "order_items/year=2010/month=12/day=01/hour=08/d.parquet",
    ]
    for key in keys:
        received.objects.write(key, b"x")
    found = {day: [item.key for item in items] for day, items in by_date(received.listed()).items()}
    assert found == {date(2010, 12, 1): keys[:2], date(2010, 12, 2): [keys[2]]}
    assert [item.key for item in received.listed([date(2010, 12, 2)])] == [keys[2]]


def test_no_objects_are_no_rows_with_the_contracts_columns(received: Received, spark: SparkSession) -> None:
    rows = received.rows(spark, [])
    assert (rows.schema, rows.count()) == (received.contract.received_schema, 0)


def test_what_is_wrong_with_an_object_is_found_out(received: Received, spark: SparkSession) -> None:
    good = put(received, spark, "good", "CAST(id AS string) AS event_id")
    narrow = put(received, spark, "narrow", "CAST(id AS int) AS item_count")
    other = put(received, spark, "other", "CAST(id AS string) AS item_count")
    body = received.objects.read(good) or b""
    cut, garbage, damaged, empty = (f"{HOUR}{name}.parquet" for name in ("cut", "garbage", "damaged", "empty"))
    received.objects.write(cut, body[:-8])
    received.objects.write(garbage, b"no Parquet, but long enough")
    received.objects.write(damaged, body[:4] + b"\xff" * 30 + body[34:])
    received.objects.write(empty, b"")
    found = received.listed()
    small = too_small(found)
    seen = examine(spark, received, [item for item in found if item.key not in small])
    assert small == {empty: "no_parquet"}
    assert seen.unreadable == {
        cut: "no_parquet",
        garbage: "no_parquet",
        damaged: "damaged",
        other: "other_types: item_count is string, the contract says bigint",
    }
    assert set(seen.narrower) == {narrow}
    rows = received.without({**small, **seen.unreadable}, seen.narrower).rows(spark, found)
    assert sorted((row["event_id"] or "", row["item_count"]) for row in rows.collect()) == [
        ("", 0),
        ("", 1),
        ("", 2),
        ("0", None),
        ("1", None),
        ("2", None),
    ]


def test_what_is_set_aside_keeps_its_bytes_and_gets_a_reason(received: Received, tmp_path: Path) -> None:
    received.objects.write(f"{HOUR}a.parquet", b"garbage")
    (found,) = received.listed()
    quarantine = FolderObjects(tmp_path / "quarantine")
    for _ in range(2):
        set_aside(quarantine, received.objects, found, "no_parquet")
    reason, copy = quarantine.listed("corrupt_files/orders/year=2010/")
    assert (quarantine.read(copy.key), received.objects.read(found.key)) == (b"garbage", b"garbage")
    assert b'"reason": "no_parquet"' in (quarantine.read(reason.key) or b"")


def test_a_few_may_be_left_out_and_more_stop_the_job() -> None:
    refuse_too_many(1, of=20, percent=5, table="orders")
    with pytest.raises(TooManyUnreadableError, match="orders: 2 of 20 objects cannot be read, more than 5 %"):
        refuse_too_many(2, of=20, percent=5, table="orders")


@pytest.mark.parametrize("of", [1, 7, 99])
def test_one_alone_never_stops_the_job_however_few_there_are(of: int) -> None:
    refuse_too_many(1, of=of, percent=1, table="orders")
    with pytest.raises(TooManyUnreadableError, match=f"orders: 2 of {of + 1} objects"):
        refuse_too_many(2, of=of + 1, percent=1, table="orders")
