"""Is an exception narrow, explained, and not for ever?"""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from gate.finding import Finding
from gate.suppressions import Suppression, judge, load_suppressions
from gate.zero_list import NEVER_SUPPRESSED

TODAY = date(2026, 11, 23)
FOUND = Finding(check="CKV_AWS_18", where="ecommerce-prod/Storage/Logs/Bucket", address="aws_s3_bucket.x", problem="no")
ENTRY = Suppression(
    check="CKV_AWS_18",
    address="ecommerce-*/Storage/Logs/Bucket",
    reason="It would log into itself.",
    owner="platform",
    expires=date(2027, 6, 30),
)
EVALUATED: dict[str, set[str] | None] = {"checkov": {"CKV_AWS_18", "CKV_AWS_144"}}


def open_findings(*entries: Suppression, found: tuple[Finding, ...] = (FOUND,)) -> list[Finding]:
    return judge(found, entries, evaluated=EVALUATED, today=TODAY).open


def test_a_finding_without_an_entry_stays_open() -> None:
    assert open_findings() == [FOUND]


def test_an_entry_lets_its_finding_through_and_is_told() -> None:
    judgement = judge([FOUND], [ENTRY], evaluated=EVALUATED, today=TODAY)
    assert judgement.open == []
    assert judgement.suppressed == [(FOUND, ENTRY)]


@pytest.mark.parametrize(
    "address",
    ["ecommerce-*/*/Bucket", "*", "ecommerce-*/Storage/Silver/Bucket", "ecommerce-dev/Storage/Logs/Bucket"],
)
def test_a_star_stands_for_one_part_of_the_address(address: str) -> None:
    assert FOUND in open_findings(replace(ENTRY, address=address))


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        (replace(ENTRY, expires=date(2026, 11, 22)), "expired on 2026-11-22"),
        (replace(ENTRY, expires=date(2028, 1, 1)), "more than a year ahead"),
        (replace(ENTRY, check="CKV_AWS_99999"), "looked at no such check"),
        (replace(ENTRY, check="bucket_is_versioned"), "the own rules take no exceptions"),
        (replace(ENTRY, check="CKV_AWS_53"), "this check takes no exceptions"),
    ],
)
def test_an_entry_that_cannot_count_fails_and_suppresses_nothing(entry: Suppression, problem: str) -> None:
    first, complaint = open_findings(entry)
    assert first == FOUND
    assert problem in complaint.problem


def test_an_entry_that_nothing_needs_fails() -> None:
    (complaint,) = open_findings(ENTRY, found=())
    assert "no finding needs it" in complaint.problem


def test_an_entry_for_a_scanner_that_did_not_run_is_left_alone() -> None:
    assert open_findings(replace(ENTRY, check="parliament:RESOURCE_STAR"), found=()) == []


def test_the_last_day_of_an_entry_still_counts() -> None:
    assert open_findings(replace(ENTRY, expires=TODAY)) == []


WHOLE: dict[str, Any] = {"check": "C", "address": "a", "reason": "r", "owner": "o", "expires": date(2027, 1, 1)}


@pytest.mark.parametrize(
    "entry",
    [
        {name: value for name, value in WHOLE.items() if name != "reason"},
        WHOLE | {"reason": " "},
        WHOLE | {"expires": "soon"},
        WHOLE | {"until": 1},
        "CKV_AWS_18",
    ],
)
def test_an_entry_that_leaves_something_out_is_told(tmp_path: Path, entry: Any) -> None:
    path = tmp_path / "suppressions.yaml"
    path.write_text(yaml.safe_dump([WHOLE, entry]), encoding="utf-8")
    entries, wrong = load_suppressions(path)
    assert len(entries) == 1
    assert [finding.where for finding in wrong] == ["entry 2"]


def test_the_projects_own_entries_are_whole_and_none_is_on_the_zero_list() -> None:
    entries, wrong = load_suppressions()
    assert wrong == []
    assert {entry.check for entry in entries} & set(NEVER_SUPPRESSED) == set()
