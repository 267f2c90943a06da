"""What becomes of a table when the job that publishes it is killed, meets another run, or runs in another time zone."""

from collections.abc import Iterator

import pytest

from tests.support.fault_proxy import ALWAYS, Fault
from tests.support.killing import wait_for
from tests.support.proxied_drivers import ended, kill
from tests.support.sales_table import APRIL, MARCH, Row, sale
from tests.support.sales_world import SalesWorld, sales_world

FIRST = [sale(1), sale(2)]
# Another delivery of the first month, and a month that is new.
SECOND = [sale(3), sale(4, APRIL), sale(5, APRIL)]


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SalesWorld]:
    """One version is published, and there is more to publish."""
    with sales_world(tmp_path_factory.mktemp("sales")) as world:
        world.receive("first", FIRST)
        world.run()
        assert world.snapshot_rows() == world.catalogued_rows() == FIRST
        world.receive("second", SECOND)
        yield world


def everything() -> list[Row]:
    return sorted(FIRST + SECOND, key=repr)


@pytest.mark.parametrize(
    ("fault", "is_published", "is_catalogued"),
    [
        pytest.param(Fault(kind="lose", method="PUT", part="/published/sales/"), False, False, id="writing rows"),
        pytest.param(Fault(kind="lose", operation="BatchCreatePartition"), True, False, id="after the commit"),
        pytest.param(Fault(kind="lose", method="PUT", part="/_processed/"), True, True, id="before the record"),
    ],
)
def test_a_job_killed_at_any_moment_leaves_a_whole_version_and_the_next_run_finishes_it(
    world: SalesWorld, fault: Fault, is_published: bool, is_catalogued: bool
) -> None:
    world.killed_at(fault)
    assert world.snapshot_rows() == (everything() if is_published else FIRST)
    assert world.catalogued_rows() == (everything() if is_catalogued else FIRST)
    world.run()
    assert world.snapshot_rows() == world.catalogued_rows() == everything()
    assert world.run().startswith('{"published": []'), "what was published is recorded, so nothing is left to do"


def test_of_two_runs_at_once_one_publishes_and_the_other_says_so(world: SalesWorld) -> None:
    # Always, for a client that waits too long asks again.
    held = world.proxy.plan(Fault(kind="hold", method="PUT", part="/_published/sales/", times=ALWAYS))
    runs = [world.start(), world.start()]
    try:
        wait_for(lambda: held.befell and len(world.verdicts()) == 3, what="two runs before their commit", seconds=300)
        held.mend()
        said = [ended(run) for run in runs]
    finally:
        held.mend()
        for run in runs:
            kill(run)
    (refused,) = [text for text, code in said if code != 0]
    assert "PublishConflictError: sales: another run published version 2 meanwhile; run sales_etl again" in refused
    assert world.snapshot_rows() == world.catalogued_rows() == everything()


def test_the_machines_time_zone_changes_no_row(world: SalesWorld) -> None:
    # At 2:30 on this day there is no such time in New York.
    spring = [sale(7, MARCH, day=8), sale(8, MARCH, day=8)]
    world.receive("spring", spring)
    world.run(TZ="America/New_York")
    assert world.snapshot_rows() == sorted(everything() + spring, key=repr)
