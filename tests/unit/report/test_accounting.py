"""The accounts of a run, over a lake of a few rows."""

import duckdb
import pytest

from local.report.accounting import Accounting, Received, account
from local.report.ledger import find_fates
from tests.support.lake_tables import empty_lake, insert, insert_order


@pytest.fixture
def lake() -> duckdb.DuckDBPyConnection:
    return empty_lake()


def accounts(lake: duckdb.DuckDBPyConnection, ledger: dict[str, str | None], *, sent: int = 0) -> Accounting:
    find_fates(lake, ledger)
    return account(lake, sent=sent or len(ledger))


def test_every_identity_is_stored_or_quarantined_and_counted_once(lake: duckdb.DuckDBPyConnection) -> None:
    insert_order(lake, "order_placed-1", "1.00")
    insert_order(lake, "order_placed-2", "1.00")
    insert(lake, "quarantine", record_id="sha256:1", reason="not_json")
    insert(lake, "quarantine", record_id="order_placed-3", reason="missing_field")
    ledger: dict[str, str | None] = dict.fromkeys(["order_placed-1", "order_placed-2", "order_placed-3", "sha256:1"])
    found = accounts(lake, ledger, sent=6)
    assert (found.sent, found.sent_unique, found.stored) == (6, 4, 2)
    assert found.quarantined == {"missing_field": 1, "not_json": 1}
    assert (found.lost, found.lost_ids, found.duplicates, found.misjudged) == (0, (), 0, 0)


def test_what_is_neither_stored_nor_quarantined_is_lost_and_named(lake: duckdb.DuckDBPyConnection) -> None:
    insert_order(lake, "order_placed-0", "1.00")
    found = accounts(lake, {f"order_placed-{number}": None for number in range(9)})
    assert found.lost == 8
    assert found.lost_ids == tuple(f"order_placed-{number}" for number in range(1, 6))


def test_what_others_put_into_the_lake_does_not_count_as_sent(lake: duckdb.DuckDBPyConnection) -> None:
    insert_order(lake, "order_placed-of-yesterday", "1.00")
    insert(lake, "quarantine", record_id="sha256:yesterday")
    found = accounts(lake, {"order_placed-1": None})
    assert (found.stored, found.quarantined, found.lost, found.stored_in_lake) == (0, {}, 1, 1)


def test_a_record_that_is_stored_does_not_count_as_quarantined_too(lake: duckdb.DuckDBPyConnection) -> None:
    insert_order(lake, "order_placed-1", "1.00")
    insert(lake, "quarantine", record_id="order_placed-1")
    found = accounts(lake, {"order_placed-1": None})
    assert (found.stored, found.quarantined, found.lost) == (1, {}, 0)


def test_an_event_and_a_line_that_a_reader_sees_twice_are_duplicates(lake: duckdb.DuckDBPyConnection) -> None:
    for _ in range(3):
        insert_order(lake, "order_placed-1", "1.00")
    assert accounts(lake, {"order_placed-1": None}).duplicates == 0
    lake.execute("CREATE OR REPLACE VIEW orders_live AS SELECT * FROM orders_received")
    lake.execute("CREATE OR REPLACE VIEW order_items_live AS SELECT * FROM order_items_received")
    assert accounts(lake, {"order_placed-1": None}).duplicates == 2


def test_rows_behind_the_views_are_told_apart_by_who_repeated_them(lake: duckdb.DuckDBPyConnection) -> None:
    for sequence_number in ("1", "1", "1", "2"):
        insert_order(lake, "order_placed-1", "1.00", "2.00", _sequence_number=sequence_number)
    found = accounts(lake, {"order_placed-1": None})
    assert found.received == {
        "orders": Received(rows=4, delivered_again=2, sent_again=1),
        "clickstream": Received(rows=0, delivered_again=0, sent_again=0),
        "web_requests": Received(rows=0, delivered_again=0, sent_again=0),
        "order_items": Received(rows=8, delivered_again=4, sent_again=2),
        "quarantine": Received(rows=0, delivered_again=0, sent_again=0),
    }


def test_a_record_known_to_be_bad_must_be_set_aside_for_its_reason(lake: duckdb.DuckDBPyConnection) -> None:
    insert_order(lake, "order_placed-1", "1.00")
    for number in (2, 3):
        insert(lake, "quarantine", record_id=f"order_placed-{number}", reason="not_json")
    ledger = {"order_placed-1": "total_mismatch", "order_placed-2": "not_utf8", "order_placed-3": "not_json"}
    found = accounts(lake, dict(ledger))
    assert found.misjudged == 2
    assert found.misjudgements == (
        "order_placed-1: expected total_mismatch, found stored",
        "order_placed-2: expected not_utf8, found not_json",
    )


def test_a_run_that_sent_nothing_has_accounts_of_zeros(lake: duckdb.DuckDBPyConnection) -> None:
    found = accounts(lake, {})
    assert (found.sent, found.sent_unique, found.stored, found.lost, found.quarantined) == (0, 0, 0, 0, {})


def test_the_accounts_can_be_taken_again_with_a_later_ledger(lake: duckdb.DuckDBPyConnection) -> None:
    accounts(lake, {"order_placed-1": None})
    insert_order(lake, "order_placed-1", "1.00")
    assert accounts(lake, {"order_placed-1": None, "order_placed-2": None}).stored == 1


def test_an_event_is_stored_whichever_family_it_is_of(lake: duckdb.DuckDBPyConnection) -> None:
    insert_order(lake, "order_placed-1", "1.00")
    insert(lake, "clickstream", event_id="page_view-1")
    insert(lake, "web_requests", event_id="web_request-1")
    found = accounts(lake, dict.fromkeys(("order_placed-1", "page_view-1", "web_request-1", "page_view-2")))
    assert (found.stored, found.lost, found.lost_ids) == (3, 1, ("page_view-2",))
