"""Locks that a network spoils, and two that want the same one: each ends at an empty plan, by the documented path."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from deploy.state_lock import surroundings
from tests.support.fault_proxy import Fault, FaultProxy, fault_proxy
from tests.support.small_stack import hold_up, hurry
from tests.support.state_world import PATIENCE_SECONDS, Done, World, kill, state_world, wait_until

ALWAYS = 1_000
HOLDING_SECONDS = 15


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, FaultProxy]]:
    """A deployed world, and what stands between it and its embedded AWS."""
    with ExitStack() as opened:
        proxies: list[FaultProxy] = []

        def before(endpoint: str) -> str:
            proxies.append(opened.enter_context(fault_proxy(endpoint)))
            return proxies[0].endpoint

        world = opened.enter_context(state_world(tmp_path_factory.mktemp("locks"), before=before))
        world.init()
        applied = world.apply()
        assert applied.returncode == 0, applied.stdout + applied.stderr
        yield world, proxies[0]


@pytest.fixture
def world(broken: tuple[World, FaultProxy]) -> Iterator[World]:
    """Whatever befalls it, nothing is made anew."""
    world, _ = broken
    birth = world.birth()
    yield world
    plan = world.plan()
    assert plan.returncode == 0, plan.stdout + plan.stderr
    assert world.birth() == birth


@pytest.fixture
def proxy(broken: tuple[World, FaultProxy]) -> FaultProxy:
    return broken[1]


def released(world: World) -> Done:
    """What ``unlock`` said last: another terraform of this machine may be older than the lock, until it ends.

    In a container, which does not see every process of the machine, it wants to be told that the holder is gone.
    """
    told = [] if surroundings(state_written=None).sees_all else ["--yes"]
    said: list[Done] = []

    def done() -> bool:
        said.append(world.helper("unlock", *told))
        return "still runs on this machine" not in said[-1].stderr

    wait_until(done, seconds=3 * PATIENCE_SECONDS)
    return said[-1]


def test_a_terraform_that_locked_itself_out_is_let_in_again_at_once(world: World, proxy: FaultProxy) -> None:
    lost = proxy.plan(Fault(kind="reset_after", method="PUT", path=f"{world.key}.tflock"))
    locked_out = world.apply()
    assert (lost.left, locked_out.returncode) == (0, 1)
    assert "Error acquiring the state lock" in locked_out.stderr
    assert world.plan().returncode == 1, "no later run gets past the lock either"
    unlocked = released(world)
    assert unlocked.returncode == 0, unlocked.stderr
    assert "(this machine) for OperationTypeApply" in unlocked.stdout


def test_a_lock_that_could_not_be_removed_is_released_by_its_holder_at_once(world: World, proxy: FaultProxy) -> None:
    kept = proxy.plan(Fault(kind="slow_down", method="DELETE", path=f"{world.key}.tflock", times=ALWAYS))
    applied = world.apply()
    kept.left = 0
    assert applied.returncode == 1
    assert "Error releasing the state lock" in applied.stderr
    unlocked = released(world)
    assert unlocked.returncode == 0, unlocked.stderr


def test_the_lock_of_a_killed_plan_of_ours_is_released_at_once_and_a_living_one_is_not(world: World) -> None:
    hold_up(world.stack, PATIENCE_SECONDS)
    log = world.folder / "held.log"
    holder = world.apply_beside(log)
    try:
        wait_until(lambda: "Creating..." in log.read_text())
        refused = world.helper("unlock")
    finally:
        kill(holder)
        hurry(world.stack)
    assert refused.returncode == 1
    assert "a terraform that was started before it still runs on this machine" in refused.stderr
    unlocked = released(world)
    assert unlocked.returncode == 0, unlocked.stderr


def test_of_two_applies_at_once_one_is_refused_or_waits_its_turn(world: World) -> None:
    hold_up(world.stack, HOLDING_SECONDS)
    log = world.folder / "first.log"
    first = world.apply_beside(log)
    try:
        wait_until(lambda: "Creating..." in log.read_text())
        hurry(world.stack)
        impatient = world.apply()
        patient = world.apply(f"-lock-timeout={PATIENCE_SECONDS}s")
        assert first.wait(PATIENCE_SECONDS) == 0, log.read_text()
    finally:
        if first.poll() is None:
            kill(first)
    assert impatient.returncode == 1
    assert "Error acquiring the state lock" in impatient.stderr
    assert patient.returncode == 0, patient.stdout + patient.stderr
    assert "1 destroyed" in patient.stdout, "it saw what the first one had made, and took it away again"
