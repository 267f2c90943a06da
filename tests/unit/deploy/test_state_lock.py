import json
from datetime import UTC, datetime, timedelta

import pytest

from deploy.state_lock import Lock, Surroundings, ages, describe, elapsed, parse_lock, reasons_to_wait, spoken

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LOCK = {
    "ID": "4a8f",
    "Operation": "OperationTypeApply",
    "Info": "",
    "Who": "ana@laptop",
    "Version": "1.11.4",
    "Created": "2026-11-23T11:20:00.123456789Z",
    "Path": "states/dev/ecommerce-dev.tfstate",
}


def lock(minutes_old: float) -> Lock:
    created = (NOW - timedelta(minutes=minutes_old)).isoformat()
    return parse_lock(json.dumps(LOCK | {"Created": created}))


def seen(
    *,
    who: str = "bo@laptop",
    terraforms: tuple[timedelta, ...] = (),
    written_minutes_ago: float | None = None,
    sees_all: bool = True,
) -> Surroundings:
    written = None if written_minutes_ago is None else NOW - timedelta(minutes=written_minutes_ago)
    return Surroundings(now=NOW, who=who, terraforms=terraforms, state_written=written, sees_all=sees_all)


def test_a_lock_says_who_holds_it_where_and_since_when() -> None:
    told = describe(parse_lock(json.dumps(LOCK)), seen())
    assert told.startswith("states/dev/ecommerce-dev.tfstate is locked by ana@laptop (this machine)")
    assert "for OperationTypeApply, for 39 min (lock 4a8f)" in told


def test_an_old_lock_nobody_can_hold_is_stale() -> None:
    assert reasons_to_wait(lock(31), seen()) == []
    assert reasons_to_wait(lock(31), seen(who="ana@another")) == []


def test_a_young_lock_may_belong_to_an_apply_that_takes_its_time() -> None:
    assert reasons_to_wait(lock(29), seen()) == ["it is 29 min old, and an apply may well take 30 min"]


def test_a_terraform_that_was_there_before_the_lock_may_hold_it() -> None:
    older, younger = (timedelta(minutes=41),), (timedelta(minutes=39),)
    assert reasons_to_wait(lock(40), seen(terraforms=older)) == [
        "a terraform that was started before it still runs on this machine"
    ]
    assert reasons_to_wait(lock(40), seen(terraforms=younger)) == []


def test_a_terraform_here_says_nothing_about_a_lock_of_another_machine() -> None:
    assert reasons_to_wait(lock(40), seen(who="bo@another", terraforms=(timedelta(hours=1),))) == []


def test_a_lock_of_our_own_is_stale_at_once_when_no_terraform_here_is_as_old() -> None:
    younger = (timedelta(seconds=30),)
    assert reasons_to_wait(lock(1), seen(who="ana@laptop", terraforms=younger, written_minutes_ago=0.5)) == []


@pytest.mark.parametrize(
    "around",
    [
        seen(who="ana@laptop", terraforms=(timedelta(minutes=2),)),
        seen(who="ana@laptop", sees_all=False),
        seen(who="ana@another"),
        seen(who="bo@laptop"),
    ],
    ids=["it still runs", "it may run in another container", "another machine", "another person"],
)
def test_a_young_lock_is_kept_where_its_holder_may_be_alive(around: Surroundings) -> None:
    assert "it is 1 min old, and an apply may well take 30 min" in reasons_to_wait(lock(1), around)


def test_a_state_that_is_still_being_written_has_a_living_writer() -> None:
    assert reasons_to_wait(lock(40), seen(written_minutes_ago=2)) == ["its state was written 2 min ago"]
    assert reasons_to_wait(lock(40), seen(written_minutes_ago=10)) == []
    assert reasons_to_wait(lock(40), seen(written_minutes_ago=50)) == []


def test_only_terraform_itself_counts_not_what_is_called_alike() -> None:
    listed = "   01:49:07 terraform\n      12:05 /usr/local/bin/terraform\n 2-00:00:00 terraform-provider-aws\n"
    assert ages(listed) == [timedelta(hours=1, minutes=49, seconds=7), timedelta(minutes=12, seconds=5)]


@pytest.mark.parametrize(
    ("text", "span"),
    [("00:07", timedelta(seconds=7)), ("3-01:02:03", timedelta(days=3, hours=1, minutes=2, seconds=3))],
)
def test_elapsed_times_are_read_as_ps_writes_them(text: str, span: timedelta) -> None:
    assert elapsed(text) == span


def test_a_time_ps_does_not_write_is_refused() -> None:
    with pytest.raises(ValueError, match="'soon' is not"):
        elapsed("soon")


def test_times_are_told_as_people_say_them() -> None:
    told = [spoken(timedelta(seconds=seconds)) for seconds in (-1, 40, 125, 7_500)]
    assert told == ["0 s", "40 s", "2 min", "2 h 5 min"]
