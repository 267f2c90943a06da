"""Does every order stand in silver once, with its lines, whatever came twice, late, shuffled, broken or in conflict?"""

from datetime import date
from pathlib import Path
from typing import NoReturn

import pytest
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from lib import quality
from lib.order_rows import Outcome
from lib.parquet_table import ParquetTable
from lib.published_table import Audit
from lib.table_contract import TableContract
from lib.unreadable import TooManyUnreadableError
from tests.support.received_orders import NOON, ReceivedOrders, product, sale, sent
from tests.unit.etl_processor.etl_events import FIRST_SEQUENCE

DAY = date(2010, 12, 1)
LATER = "2010-12-04T08:26:00Z"


def number(sequence: int) -> str:
    """The sequence number of a record."""
    return str(FIRST_SEQUENCE + sequence)


@pytest.fixture
def lake(spark: SparkSession, tmp_path: Path) -> ReceivedOrders:
    return ReceivedOrders(spark=spark, folder=tmp_path)


def test_orders_and_their_lines_are_published_by_event_date(lake: ReceivedOrders) -> None:
    lake.deliver([sent(1, 1), sent(2, 2), sent(3, 3, occurred_at="2010-11-30T23:59:59.999Z")])
    stats = lake.run()
    assert stats.outcome == Outcome(read=3)
    assert (stats.orders, stats.order_items, list(stats.dates)) == (3, 6, ["2010-11-30", "2010-12-01"])
    assert lake.ids() == ["order_placed-1", "order_placed-2", "order_placed-3"]
    assert dict(lake.published("orders").partitions()) == {(2010, 11, 30): 1, (2010, 12, 1): 2}
    assert dict(lake.published("order_items").partitions()) == {(2010, 11, 30): 2, (2010, 12, 1): 4}


def test_each_order_says_what_its_lines_say(lake: ReceivedOrders) -> None:
    lake.deliver([sent(number, number) for number in range(1, 6)])
    lake.deliver([sent(number, number) for number in range(3, 9)])
    lake.deliver_file("erp_products", "p", [product(7, "34.99")])
    lake.deliver_file("erp_sales", "s", [sale(1), sale(1, line=2, quantity=3)], partition="year=2010/month=12/")
    lake.run()
    items = lake.rows("order_items")
    for row in lake.rows("orders"):
        lines = [item for item in items if item["event_id"] == row["event_id"]]
        record = (row["_shard_id"], row["_sequence_number"], row["_arrival_ts"])
        assert {(item["_shard_id"], item["_sequence_number"], item["_arrival_ts"]) for item in lines} == {record}
        assert [item["line_number"] for item in lines] == list(range(1, row["item_count"] + 1))
        assert sum(item["quantity"] for item in lines) == row["units"]
        assert sum(item["line_amount"] for item in lines) == row["total_amount"]
    assert len({item["event_id"] for item in items}) == 9


def test_copies_and_repeats_are_dropped_and_conflicts_set_aside_once(lake: ReceivedOrders) -> None:
    records = [sent(number, number) for number in range(1, 7)]
    records += [sent(1, 11), sent(2, 12, country="France"), sent(3, 13, items=[LINE], total=None)]
    lake.deliver(records[:6])
    for half in (records[4:7], records[7:8], records[8:], records[3:8]):  # as bisecting makes them
        lake.deliver(half)
    stats = lake.run()
    assert stats.outcome == Outcome(read=16, copies=7, repeats=1, conflicts=2, set_aside=2)
    assert (stats.orders, stats.order_items, len(lake.ids())) == (6, 12, 6)
    assert {row["country"] for row in lake.rows("orders")} == {"United Kingdom"}
    assert lake.refused() == [("order_placed-2", number(12)), ("order_placed-3", number(13))]
    before = lake.everything()
    again = lake.run(DAY)
    assert (again.outcome.conflicts, again.outcome.set_aside) == (2, 0)
    assert lake.everything() == before


def test_what_the_function_refused_already_is_not_set_aside_again(lake: ReceivedOrders) -> None:
    contradicting = [sent(1, 1), sent(1, 2, country="France")]
    lake.deliver(contradicting)  # refused within the batch
    lake.deliver(contradicting[1:])  # and stored by the batch that bisecting made
    stats = lake.run()
    assert stats.outcome == Outcome(read=2, conflicts=1, set_aside=0)
    assert lake.refused() == [("order_placed-1", number(2))]


def test_an_event_in_two_dates_stands_where_it_arrived_first_and_the_other_date_follows(lake: ReceivedOrders) -> None:
    lake.deliver([sent(1, 5, occurred_at=LATER, arrival=NOON + 3 * A_DAY), sent(2, 6)])
    assert lake.run().orders == 2
    lake.deliver([sent(1, 4, arrival=NOON + A_DAY)])
    stats = lake.run()
    assert list(stats.dates) == ["2010-12-01", "2010-12-04"]
    assert stats.outcome == Outcome(read=3, conflicts=1, set_aside=1)
    assert [(row["event_id"], row["day"]) for row in lake.rows("orders")] == [
        ("order_placed-1", 1),
        ("order_placed-2", 1),
    ]
    assert {row["day"] for row in lake.rows("order_items")} == {1}
    assert lake.refused() == [("order_placed-1", number(5))]
    assert not lake.run().dates


@pytest.mark.parametrize("at_once", [True, False])
def test_one_id_in_two_dates_beyond_the_window_is_two_events_and_stops_nothing(
    lake: ReceivedOrders, at_once: bool
) -> None:
    lake.deliver([sent(1, 1)])
    if not at_once:
        lake.run()
    lake.deliver([sent(1, 2, occurred_at="2010-12-11T08:26:00Z", arrival=NOON + 11 * A_DAY)])
    lake.run()
    assert sorted(row["day"] for row in lake.rows("orders")) == [1, 11]
    assert lake.run(date(2010, 12, 1), date(2010, 12, 11)).orders == 2


def test_the_order_of_files_and_runs_makes_no_difference(spark: SparkSession, tmp_path: Path) -> None:
    came = NOON + 2 * A_DAY
    batches = [
        [sent(1, 1, arrival=came), sent(2, 2, occurred_at="2010-12-01T23:59:59.999Z", arrival=came)],
        [
            sent(2, 3, occurred_at="2010-12-02T00:00:00Z", arrival=came),
            sent(3, 10, shard="shardId-000000000010", arrival=came),
        ],
        [sent(3, 9, country="France", arrival=came), sent(1, 10**20, arrival=came), sent(4, 4, arrival=came)],
    ]
    lakes = [ReceivedOrders(spark=spark, folder=tmp_path / name) for name in ("at_once", "bit_by_bit")]
    for records in batches:
        lakes[0].deliver(records)
    lakes[0].run()
    for records in reversed(batches):
        lakes[1].deliver(records)
        lakes[1].run()
    assert lakes[0].everything() == lakes[1].everything()
    assert len(lakes[0].ids()) == 4


def test_a_run_that_is_cut_off_between_the_two_tables_is_made_up_for(lake: ReceivedOrders) -> None:
    lake.deliver([sent(1, 1)])
    lake.open_table = lambda name: (
        _FailingTable(lake.published(name).contract, objects=lake.silver) if name == "orders" else lake.published(name)
    )
    with pytest.raises(ConnectionError):
        lake.run()
    assert (len(lake.rows("order_items")), lake.ids()) == (2, [])
    lake.open_table = lake.published
    assert lake.run().orders == 1
    assert lake.ids() == ["order_placed-1"]


def test_what_cannot_be_read_is_set_aside_and_the_rest_is_complete(lake: ReceivedOrders) -> None:
    lake.deliver([sent(1, 1)])
    (orders_key, items_key) = lake.deliver([sent(2, 2)])
    assert items_key.startswith("order_items/")
    folder, cut = orders_key.rpartition("/")[0], lake.silver.read(items_key) or b""
    lake.silver.write(f"{folder}/empty.parquet", b"")
    lake.silver.write(f"{folder}/garbage.parquet", b"no Parquet, but long enough")
    lake.silver.write(items_key, cut[:-20])
    with pytest.raises(
        TooManyUnreadableError, match="2 of 4 objects cannot be read, more than 40 %; nothing published"
    ):
        lake.run(max_unreadable_percent=40)
    assert not lake.published("order_items").partitions()
    stats = lake.run(max_unreadable_percent=50)
    assert {table: len(keys) for table, keys in stats.unreadable.items()} == {"orders": 2, "order_items": 1}
    assert stats.outcome == Outcome(read=2, incomplete=1)
    assert lake.ids() == ["order_placed-1"]
    reasons = [item.key for item in lake.quarantine.listed("corrupt_files/") if item.key.endswith(".json")]
    assert len(reasons) == 3
    lake.silver.write(items_key, cut)
    assert lake.run(max_unreadable_percent=50).orders == 2


def test_lines_that_turn_out_damaged_while_they_are_written_are_left_out(lake: ReceivedOrders) -> None:
    lake.deliver([sent(1, 1)])
    (_, items_key) = lake.deliver([sent(2, 2)])
    sound = lake.silver.read(items_key) or b""
    lake.silver.write(items_key, sound[:4] + b"\xff" * 30 + sound[34:])
    stats = lake.run(max_unreadable_percent=50)
    assert (dict(stats.unreadable), stats.outcome) == ({"order_items": [items_key]}, Outcome(read=2, incomplete=1))
    assert lake.ids() == ["order_placed-1"]
    assert {row["event_id"] for row in lake.rows("order_items")} == {"order_placed-1"}


def test_a_run_whose_rows_lay_there_when_reading_failed_publishes_them_with_its_second_attempt(
    lake: ReceivedOrders, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake.deliver([sent(1, 1)])
    failures = [PySparkException(message="a file was replaced meanwhile")]

    def audit_of(contract: TableContract) -> Audit:
        if failures:
            return lambda _: _raise(failures.pop())
        return quality.audit_of(contract)

    monkeypatch.setattr("lib.order_run.audit_of", audit_of)
    assert lake.run().orders == 1
    assert (lake.ids(), failures) == (["order_placed-1"], [])


def test_files_of_older_and_newer_contracts_keep_their_rows(lake: ReceivedOrders) -> None:
    keys = [lake.deliver([sent(number, number)])[0] for number in (1, 2, 3)]
    changes = (
        ("* EXCEPT (item_count)", "CAST(item_count AS int) AS item_count"),
        ("*", "'x' AS added"),
        ("* EXCEPT (_extra)",),
    )
    for key, columns in zip(keys, changes, strict=True):
        lake.rewrite(key, *columns)
    stats = lake.run()
    assert (stats.orders, dict(stats.unreadable)) == (3, {})
    assert [(row["item_count"], row["_extra"]) for row in lake.rows("orders")] == [(2, None)] * 3


def test_orders_of_the_erp_keep_their_price_and_wait_for_their_product(lake: ReceivedOrders) -> None:
    month = "year=2010/month=12/"
    lake.deliver_file("erp_products", "p1", [product(7, "34.99")])
    lake.deliver_file("erp_sales", "s1", [sale(1), sale(2, product_key=8), sale(2, line=2)], partition=month)
    first = lake.run()
    assert (first.orders, first.order_items, first.waiting) == (1, 1, 1)
    (order,) = lake.rows("orders")
    assert (order["event_id"], str(order["total_amount"]), order["country"]) == ("erp:SO1", "69.9800", "Australia")
    lake.deliver_file("erp_products", "p2", [product(7, "99.99", came=5), product(8, "1.50", came=5)])
    lake.deliver_file("erp_sales", "s2", [sale(1, quantity=3, came=3)], partition=month)
    second = lake.run()
    assert (second.orders, second.waiting) == (2, 0)
    assert [str(row["total_amount"]) for row in lake.rows("orders")] == ["104.9700", "72.9800"]
    assert not lake.run().dates


def test_an_order_that_the_erp_moves_to_another_date_leaves_the_old_one(lake: ReceivedOrders) -> None:
    month = "year=2010/month=12/"
    lake.deliver([sent(1, 1, occurred_at=LATER, arrival=NOON + 4 * A_DAY)])
    lake.deliver_file("erp_products", "p1", [product(7, "34.99")])
    for place, order_date in enumerate((FIRST, FIRST + 2, FIRST)):
        lake.deliver_file("erp_sales", f"s{place}", [sale(1, order_date=order_date, came=place)], partition=month)
        lake.run()
        assert [row["day"] for row in lake.rows("orders")] == [1 + order_date - FIRST, 4]
    assert len(lake.rows("order_items")) == 3


FIRST = 14_944  # 2010-12-01, counted from 1970
LINE = {"stock_code": "71053", "description": "LANTERN", "quantity": 1, "unit_price": "3.39"}
A_DAY = 86_400


def _raise(error: Exception) -> NoReturn:
    raise error


class _FailingTable(ParquetTable):
    """Fails when it is to be published, as a process that is cut off."""

    def publish(self, *_: object, **__: object) -> None:  # type: ignore[override]
        raise ConnectionError
