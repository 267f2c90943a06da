"""A hundred thousand events through the deployed function on four shards: each of them accounted for, by name."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from local.demo.platform import Platform
from local.lambda_service.tally import Tally
from local.report.accounting import Accounting
from local.report.ledger import EVENT_VIEWS
from local.shop.order_record import Kind, Record
from local.shop.shop_day import DEFAULT_DAY
from local.soak.day import Day, day_of
from local.soak.report import HOURS_PER_BATCH, QUARANTINE_PER_BATCH
from tests.support import lake_tables
from tests.support.fault_bench import FaultBench, fault_bench
from tests.support.fault_proxy import fault_proxy

EVENTS = 100_000
SHARDS = 4
SEED = 41
TODAY = f'"occurred_at":"{DEFAULT_DAY}'.encode()


@dataclass(frozen=True, kw_only=True)
class Load:
    """What was sent, and what came of it."""

    bench: FaultBench
    day: Day
    late: frozenset[str]
    accounting: Accounting
    tally: Tally


@pytest.fixture(scope="module")
def load(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Load]:
    """Sent while the service works, as in a day of the shop's."""
    folder, day, late = tmp_path_factory.mktemp("load"), Day(), set[str]()

    def noted(records: Iterator[Record]) -> Iterator[Record]:
        for record in day.counted(records):
            if record.expected_reason is None and TODAY not in record.data:
                late.add(record.identity)
            yield record

    with (
        fault_proxy(platform.aws.endpoint) as proxy,
        fault_bench(platform.aws.endpoint, proxy, folder, shards=SHARDS, befallen=False, mapping=_deployed()) as bench,
    ):
        bench.start()
        bench.send(noted(day_of(EVENTS, seed=SEED)))
        bench.drain(seconds=900)
        tally = bench.tally()
        yield Load(bench=bench, day=day, late=frozenset(late), accounting=bench.process(), tally=tally)


def _deployed() -> dict[str, int]:
    """The window of a real environment is long; a second is enough to fill a batch here."""
    return {"MaximumBatchingWindowInSeconds": 1}


def test_every_event_is_stored_or_set_aside_for_its_reason_and_none_twice(load: Load) -> None:
    account, day = load.accounting, load.day
    assert day.kinds.total() == EVENTS
    assert account.sent_unique == day.unique == account.stored + sum(account.quarantined.values())
    assert Counter(account.quarantined) == day.reasons
    assert (account.lost, account.duplicates, account.misjudged) == (0, 0, 0)


def test_the_day_has_what_was_asked_for(load: Load) -> None:
    kinds = load.day.kinds
    assert kinds[Kind.REPEAT] / EVENTS == pytest.approx(0.01, rel=0.2)
    assert kinds[Kind.BAD] / EVENTS == pytest.approx(0.005, rel=0.2)
    assert len(load.late) / EVENTS == pytest.approx(0.02, rel=0.4)
    assert min(kinds[Kind.ORDER], kinds[Kind.VISIT]) > EVENTS / 50


def test_every_family_has_its_rows_once(load: Load) -> None:
    lake = load.bench.lake.connection
    counts = {view: f"SELECT count(*) FROM {view}" for view in EVENT_VIEWS.values()}  # noqa: S608
    rows = {view: lake.execute(count).fetchall()[0][0] for view, count in counts.items()}
    assert sum(rows.values()) == load.accounting.stored
    assert rows["clickstream"] == load.day.kinds[Kind.VISIT]
    assert rows["orders_live"] == load.day.kinds[Kind.ORDER] + load.day.kinds[Kind.LATE]


def test_repeats_are_received_and_not_seen(load: Load) -> None:
    again = sum(load.accounting.received[name].sent_again for name in (*EVENT_VIEWS, "quarantine"))
    same_bytes = load.day.kinds[Kind.BAD] - len(load.day.bad)
    assert again == load.day.kinds[Kind.REPEAT] + same_bytes
    assert all(received.delivered_again == 0 for received in load.accounting.received.values())


def test_late_events_lie_in_the_days_they_happened(load: Load) -> None:
    lake = load.bench.lake.connection
    found = Counter[str]()
    for view in EVENT_VIEWS.values():
        earlier = f"SELECT event_id FROM {view} WHERE make_date(year, month, day) < DATE '{DEFAULT_DAY}'"  # noqa: S608
        found.update(event_id for (event_id,) in lake.execute(earlier).fetchall())
    assert set(found) == load.late
    assert set(found.values()) == {1}


def test_the_whole_way_took_no_retry_and_all_four_shards(load: Load) -> None:
    tally = load.tally
    assert (tally.function_errors, tally.retries, tally.discarded, tally.not_invoked) == (0, 0, 0, 0)
    assert tally.records_delivered == EVENTS
    shards = load.bench.lake.connection.execute("SELECT count(DISTINCT _shard_id) FROM orders_received").fetchone()
    assert shards == (SHARDS,)


def test_objects_are_bounded_by_invocations(load: Load) -> None:
    tables = [name for name in lake_tables.DATASETS if name != "quarantine"]
    objects = Counter(key.split("/")[1] for key in load.bench.objects())
    for name in tables:
        assert objects[name] <= load.tally.invocations * HOURS_PER_BATCH
    assert objects["quarantine"] <= load.tally.invocations * QUARANTINE_PER_BATCH
