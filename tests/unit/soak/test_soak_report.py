"""Does the report of a soak see each promise that was broken?"""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from local.lambda_service.tally import Tally
from local.report.accounting import Accounting
from local.shop.order_record import Kind
from local.soak.day import Day, day_of
from local.soak.memory import Growth
from local.soak.report import SoakReport, lines, write_report

FLAT = Growth(first_mb=90, last_mb=91, highest_mb=95, mb_per_100k=0.1)


def report(**accounts: Any) -> SoakReport:
    usual: dict[str, Any] = {"stored": 97, "quarantined": {"not_json": 2}, "lost": 0, "duplicates": 0, "misjudged": 0}
    figures: dict[str, Any] = {"sent": 100, "sent_unique": 99, "stored_in_lake": 97, "received": {}} | usual | accounts
    return SoakReport(
        day=Day(
            kinds=Counter({Kind.ORDER: 97, Kind.BAD: 2, Kind.REPEAT: 1}),
            reasons=Counter({"not_json": 2}),
            bad={"sha256:1", "sha256:2"},
        ),
        accounting=Accounting(**figures),
        tally=Tally(invocations=2, records_delivered=100),
        objects={"orders": 4, "order_items": 4, "quarantine": 1},
        service=FLAT,
        function=None,
        seconds={"send": 1.0, "process": 2.0},
    )


def test_a_good_soak_has_no_problems_and_its_bound_comes_from_its_tables() -> None:
    assert report().problems == ()
    assert report().objects_bound == 2 * 12 + 2


@pytest.mark.parametrize(
    ("accounts", "sentence"),
    [
        ({"sent_unique": 98, "stored": 96}, "Sent 98 different records, not 99."),
        ({"lost": 1, "lost_ids": ("order_placed-1",), "stored": 96}, "Lost records: 1, such as order_placed-1."),
        ({"duplicates": 3}, "Seen more than once: 3."),
        ({"stored": 96}, "96 stored and 2 set aside are not 99 sent."),
        ({"quarantined": {"not_object": 2}}, "Set aside for other reasons: {'not_object': 2}, not {'not_json': 2}."),
    ],
)
def test_a_broken_promise_is_a_sentence(accounts: dict[str, Any], sentence: str) -> None:
    assert sentence in report(**accounts).problems


def test_more_objects_than_the_bound_are_a_problem() -> None:
    many = replace(report(), objects={"orders": 30, "order_items": 30, "quarantine": 1})
    assert many.problems == ("30.5 objects per invocation, more than 26.",)


@pytest.mark.parametrize("kind", ["service", "function"])
@pytest.mark.parametrize(
    ("growth", "problem"),
    [
        (FLAT, None),
        (replace(FLAT, mb_per_100k=-20.0), None),
        (replace(FLAT, mb_per_100k=5.0), None),
        (replace(FLAT, mb_per_100k=5.1), "+5.10 MB per 100,000 records, more than 5"),
        (replace(FLAT, mb_per_100k=100.0), "+100.00 MB per 100,000 records, more than 5"),
        (None, "too few samples in 100,000 records and more"),
    ],
)
def test_memory_that_grows_or_was_not_seen_is_a_problem_of_a_long_run(
    kind: str, growth: Growth | None, problem: str | None
) -> None:
    memory: dict[str, Any] = {"service": FLAT, "function": FLAT} | {kind: growth}
    long, short = (replace(report(sent=sent), **memory) for sent in (100_000, 99_999))
    assert long.problems == ((f"Memory of the {kind}: {problem}.",) if problem else ())
    assert short.problems == ()


def test_the_report_is_written_and_told(tmp_path: Path) -> None:
    written = json.loads(write_report(report(), tmp_path).read_text())
    assert written["memory"] == {"service": vars(FLAT), "function": None}
    assert (written["objects_per_invocation"], written["objects_bound"]) == (4.5, 26)
    text = "\n".join(lines(report()))
    assert "+0.10 MB per 100,000 records" in text
    assert "too few samples" in text


def test_a_day_counts_its_kinds_and_reasons_on_the_way() -> None:
    day = Day()
    sent = list(day.counted(day_of(2_000, seed=3)))
    assert day.kinds.total() == len(sent) == 2_000
    assert day.unique == len({record.identity for record in sent})
    assert day.reasons.total() == len(day.bad) > 0
