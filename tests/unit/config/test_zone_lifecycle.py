from collections.abc import Callable
from dataclasses import replace

import pytest

from config import ENVIRONMENTS, Environment, Transition, ZoneLifecycle
from config.zone_lifecycle import ARCHIVABLE, ARCHIVES, StorageClass, default_zones, short_lived_zones


def falling(*steps: tuple[StorageClass, int], expire: int | None = None) -> ZoneLifecycle:
    transitions = tuple(Transition(to=to, after_days=days) for to, days in steps)
    return ZoneLifecycle(transitions=transitions, expire_after_days=expire)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: falling(("STANDARD_IA", 29)), "STANDARD_IA after 29 days: S3 allows 30 or more"),
        (lambda: falling(("ONEZONE_IA", 7)), "ONEZONE_IA after 7 days: S3 allows 30 or more"),
        (lambda: falling(("GLACIER_IR", -1)), "after -1 days: S3 allows 0 or more"),
        (lambda: falling(("ICE", 90)), "'ICE': no such storage class; there are: STANDARD_IA, "),  # type: ignore[arg-type]
        (
            lambda: falling(("GLACIER", 30), ("GLACIER_IR", 200)),
            "from GLACIER to GLACIER_IR: S3 moves .* only downwards",
        ),
        (lambda: falling(("GLACIER", 30), ("GLACIER", 200)), "only downwards"),
        (lambda: falling(("INTELLIGENT_TIERING", 0), ("STANDARD_IA", 90)), "only downwards"),
        (lambda: falling(("ONEZONE_IA", 30), ("GLACIER_IR", 90)), "from ONEZONE_IA to GLACIER_IR"),
        (
            lambda: falling(("STANDARD_IA", 30), ("GLACIER", 59)),
            "STANDARD_IA is billed to day 60; move on then or later",
        ),
        (lambda: falling(("GLACIER_IR", 90), ("DEEP_ARCHIVE", 179)), "GLACIER_IR is billed to day 180"),
        (lambda: falling(("GLACIER", 1), ("DEEP_ARCHIVE", 90)), "GLACIER is billed to day 91"),
        (lambda: falling(("INTELLIGENT_TIERING", 7), ("GLACIER_IR", 7)), "to day 8"),
        (lambda: falling(("DEEP_ARCHIVE", 10), expire=189), "DEEP_ARCHIVE from day 10 on is billed to day 190"),
        (lambda: falling(("INTELLIGENT_TIERING", 7), expire=7), "expire then or later, or leave out the transition"),
        (lambda: falling(expire=0), "expire_after_days is 0; S3 allows 1 or more"),
        (lambda: ZoneLifecycle(noncurrent_days=0), "noncurrent_days is 0; S3 allows 1 or more"),
        (lambda: ZoneLifecycle(noncurrent_days_below={"a/": 90}), "noncurrent_days_below 'a/' is 90; use 1 to 89"),
    ],
)
def test_what_s3_refuses_or_bills_for_nothing_is_refused(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_objects_may_fall_through_every_class_when_they_stay_long_enough() -> None:
    falling(
        ("STANDARD_IA", 30),
        ("INTELLIGENT_TIERING", 60),
        ("GLACIER_IR", 61),
        ("GLACIER", 151),
        ("DEEP_ARCHIVE", 241),
        expire=421,
    )


@pytest.mark.parametrize("archive", sorted(ARCHIVES))
@pytest.mark.parametrize("zone", sorted(default_zones().keys() - ARCHIVABLE))
def test_a_zone_that_is_read_is_not_archived(env: Environment, zone: str, archive: StorageClass) -> None:
    with pytest.raises(ValueError, match=f"environment test: zone {zone} goes to {archive}, where nothing can be read"):
        replace(env, zones=default_zones() | {zone: falling((archive, 90))})


@pytest.mark.parametrize("zone", sorted(ARCHIVABLE))
def test_a_zone_that_only_a_replay_or_an_auditor_reads_may_be_archived(env: Environment, zone: str) -> None:
    replace(env, zones=default_zones() | {zone: falling(("GLACIER", 90))})


def test_a_zone_that_is_misspelt_or_forgotten_is_refused(env: Environment) -> None:
    forgotten = {name: lifecycle for name, lifecycle in default_zones().items() if name != "gold"}
    for zones in (forgotten, default_zones() | {"silber": ZoneLifecycle()}):
        with pytest.raises(ValueError, match=r"environment test: zones names .*; the lake has .*'gold'"):
            replace(env, zones=zones)


def test_records_in_clear_expire_everywhere_and_results_of_queries_too() -> None:
    for env in ENVIRONMENTS:
        for zone in ("failures", "athena-results"):
            lifecycle = env.zones[zone]
            assert (lifecycle.expire_after_days or 1_000) <= 90
            assert lifecycle.noncurrent_days <= 7


def test_deleted_versions_of_published_tables_and_scratch_are_paid_for_a_week_at_most() -> None:
    for env in ENVIRONMENTS:
        for lifecycle in (env.zones["silver"], env.zones["gold"]):
            for prefix, days in (("published/", 7), ("iceberg/", 7), ("_staging/", 7)):
                assert lifecycle.noncurrent_days_below.get(prefix, lifecycle.noncurrent_days) <= days


def test_short_lived_zones_are_those_of_the_lake_and_never_pay_for_a_move() -> None:
    assert short_lived_zones().keys() == default_zones().keys()
    assert not any(lifecycle.transitions for lifecycle in short_lived_zones().values())
