"""How long a zone of the lake keeps what, and where S3 puts it as it ages: plain data, held against S3's rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

StorageClass = Literal["STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"]

# In the order objects fall through them; never upwards. The days that a class bills at least, however soon an object
# leaves it. https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
BILLED_DAYS: dict[StorageClass, int] = {
    "STANDARD_IA": 30,
    "INTELLIGENT_TIERING": 0,
    "ONEZONE_IA": 30,
    "GLACIER_IR": 90,
    "GLACIER": 90,
    "DEEP_ARCHIVE": 180,
}
FALL = tuple(BILLED_DAYS)
# S3 refuses to take objects in earlier.
EARLIEST_DAY: dict[StorageClass, int] = {"STANDARD_IA": 30, "ONEZONE_IA": 30}
ARCHIVES = frozenset[StorageClass]({"GLACIER", "DEEP_ARCHIVE"})
# Athena passes over objects in GLACIER without a word and fails on DEEP_ARCHIVE. Only these zones are read by nobody
# who cannot wait hours for a restore: a replay, an auditor.
ARCHIVABLE = frozenset({"bronze", "logs"})
# Versions of published tables are kept by the jobs (keep_versions_hours) and computed again from what was received: a
# week to notice that somebody else deleted them. What Spark writes while it works nobody wants back.
OF_JOBS = {"published/": 7, "iceberg/": 7, "_staging/": 1}


@dataclass(frozen=True, kw_only=True)
class Transition:
    """Objects go ``to`` a class when they are ``after_days`` old; those below 128 KB stay where they are."""

    to: StorageClass
    after_days: int

    def __post_init__(self) -> None:
        if self.to not in FALL:
            raise ValueError(f"transition to {self.to!r}: no such storage class; there are: {', '.join(FALL)}")
        earliest = EARLIEST_DAY.get(self.to, 0)
        if self.after_days < earliest:
            raise ValueError(f"transition to {self.to} after {self.after_days} days: S3 allows {earliest} or more")


@dataclass(frozen=True, kw_only=True)
class ZoneLifecycle:
    """What becomes of a zone's objects. ``expire_after_days`` None keeps them for ever.

    ``noncurrent_days`` is how long an overwritten or deleted object can be had back, ``noncurrent_days_below`` a prefix
    for fewer days.
    """

    transitions: tuple[Transition, ...] = ()
    expire_after_days: int | None = None
    noncurrent_days: int = 90
    noncurrent_days_below: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for earlier, later in pairwise(self.transitions):
            _check_fall(earlier, later)
        for name, days in (("expire_after_days", self.expire_after_days), ("noncurrent_days", self.noncurrent_days)):
            if days is not None and days < 1:
                raise ValueError(f"{name} is {days}; S3 allows 1 or more")
        for prefix, days in self.noncurrent_days_below.items():
            # Where two rules meet, S3 obeys the shorter time.
            if not 1 <= days < self.noncurrent_days:
                raise ValueError(
                    f"noncurrent_days_below {prefix!r} is {days}; use 1 to {self.noncurrent_days - 1}, fewer than "
                    "noncurrent_days, which counts otherwise"
                )
        if self.transitions and self.expire_after_days is not None:
            self._check_end(self.transitions[-1], self.expire_after_days)

    def _check_end(self, last: Transition, expire_after_days: int) -> None:
        # S3 wants at least a day between them.
        soonest = last.after_days + max(BILLED_DAYS[last.to], 1)
        if expire_after_days < soonest:
            raise ValueError(
                f"expire_after_days is {expire_after_days}, but {last.to} from day {last.after_days} on is billed to "
                f"day {soonest}; expire then or later, or leave out the transition"
            )


def _check_fall(earlier: Transition, later: Transition) -> None:
    step = f"transition from {earlier.to} to {later.to}"
    # The one gap in the waterfall.
    if FALL.index(later.to) <= FALL.index(earlier.to) or (earlier.to, later.to) == ("ONEZONE_IA", "GLACIER_IR"):
        raise ValueError(f"{step}: S3 moves objects only downwards in {', '.join(FALL)}, and not between these two")
    soonest = earlier.after_days + max(BILLED_DAYS[earlier.to], 1)
    if later.after_days < soonest:
        raise ValueError(
            f"{step} after {later.after_days} days: {earlier.to} is billed to day {soonest}; move on then or later"
        )


def check_zones(place: str, zones: Mapping[str, ZoneLifecycle]) -> None:
    """Raise unless exactly the lake's zones are named, and none that queries read is archived."""
    if zones.keys() != default_zones().keys():
        raise ValueError(f"{place}: zones names {sorted(zones)}; the lake has {sorted(default_zones())}")
    for name, lifecycle in zones.items():
        archives = [transition.to for transition in lifecycle.transitions if transition.to in ARCHIVES]
        if archives and name not in ARCHIVABLE:
            raise ValueError(
                f"{place}: zone {name} goes to {archives[0]}, where nothing can be read without a restore of hours; "
                f"use GLACIER_IR or INTELLIGENT_TIERING (archives are for {', '.join(sorted(ARCHIVABLE))})"
            )


def default_zones() -> dict[str, ZoneLifecycle]:
    """Production's."""
    # By whether it is read at all, and without a fee for reading: queries may want the whole history any day. Its fee
    # is per object and month. A week, because until then compaction and replays replace objects, and each move costs.
    as_it_is_read = ZoneLifecycle(
        transitions=(Transition(to="INTELLIGENT_TIERING", after_days=7),), noncurrent_days_below=OF_JOBS
    )
    return {
        # Read again when silver is recomputed: of the last months at once, of older ones after a night, of what is
        # older than three years after two days.
        "bronze": ZoneLifecycle(
            transitions=(
                Transition(to="GLACIER_IR", after_days=90),
                Transition(to="GLACIER", after_days=365),
                Transition(to="DEEP_ARCHIVE", after_days=1_095),
            )
        ),
        "silver": as_it_is_read,
        "gold": as_it_is_read,
        # Repaired within weeks or never.
        "quarantine": ZoneLifecycle(transitions=(Transition(to="STANDARD_IA", after_days=90),)),
        # Whole records in clear: kept no longer than it takes to send them again.
        "failures": ZoneLifecycle(expire_after_days=90, noncurrent_days=7),
        "scripts": ZoneLifecycle(),
        "athena-results": ZoneLifecycle(expire_after_days=30, noncurrent_days=7),
        "logs": ZoneLifecycle(
            transitions=(Transition(to="GLACIER_IR", after_days=90),), expire_after_days=400, noncurrent_days=30
        ),
    }


def short_lived_zones() -> dict[str, ZoneLifecycle]:
    """Where data can be made again: nothing is archived, and what came in or was set aside goes by itself."""
    passing = ZoneLifecycle(expire_after_days=90, noncurrent_days=7)
    kept = ZoneLifecycle(noncurrent_days=7)
    return default_zones() | {
        "bronze": passing,
        "silver": kept,
        "gold": kept,
        "quarantine": passing,
        "logs": passing,
    }


# Who read or wrote a state: as long as the lake's own access logs.
STATE_LOGS = ZoneLifecycle(expire_after_days=400, noncurrent_days=30)
