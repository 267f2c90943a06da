from local.front_door.applied_api import Plan
from local.front_door.usage import DAY_SECONDS, Usage


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def usage(clock: Clock, **limits: int | None) -> Usage:
    plan = {"rate": None, "burst": None, "per_day": None} | limits
    return Usage({"key": Plan(client="shop", **plan)}, clock)


def test_without_a_known_key_nobody_comes_in() -> None:
    used = usage(Clock())
    assert [used.refuse(key) for key in (None, "", "other")] == ["INVALID_API_KEY"] * 3
    assert used.refuse("key") is None


def test_a_burst_is_let_in_and_then_as_many_as_the_rate_says() -> None:
    clock = Clock()
    used = usage(clock, rate=2, burst=3)
    assert [used.refuse("key") for _ in range(4)] == [None, None, None, "THROTTLED"]
    clock.now += 1
    assert [used.refuse("key") for _ in range(3)] == [None, None, "THROTTLED"]


def test_the_quota_is_of_a_day() -> None:
    clock = Clock()
    used = usage(clock, per_day=2)
    assert [used.refuse("key") for _ in range(3)] == [None, None, "QUOTA_EXCEEDED"]
    clock.now += DAY_SECONDS
    assert used.refuse("key") is None


def test_what_is_refused_does_not_count() -> None:
    clock = Clock()
    used = usage(clock, rate=1, burst=1, per_day=2)
    assert [used.refuse("key") for _ in range(3)] == [None, "THROTTLED", "THROTTLED"]
    clock.now += 1
    assert used.refuse("key") is None
