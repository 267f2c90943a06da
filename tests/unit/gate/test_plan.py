"""What the gate says of a plan, and what somebody may take upon themselves."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from gate.plan.check import check
from gate.report import BROKEN, PASSED, REFUSED, Report
from tests.unit.gate.planned import (
    BUCKET,
    READ,
    ROLE_POLICY,
    TODAY,
    Judged,
    change,
    create,
    delete,
    policy,
    update,
)


def test_a_replacement_names_the_setting_that_forces_it(judged: Judged) -> None:
    report = judged(
        change("aws_db_instance.x", "delete", "create", before={}, after={}, because=[["storage_encrypted"]])
    )
    assert "because of storage_encrypted" in report.findings[0].problem


def test_a_move_is_told_with_the_block_that_makes_it_one(judged: Judged) -> None:
    report = judged(delete("aws_s3_bucket.old", BUCKET), create("aws_s3_bucket.new", BUCKET))
    assert "moved { from = aws_s3_bucket.old  to = aws_s3_bucket.new }" in report.findings[0].remedy


def test_data_of_a_disposable_environment_may_go(judged: Judged) -> None:
    assert judged(delete("aws_s3_bucket.x", BUCKET), stack="ecommerce-dev").findings == []


def test_a_plan_from_an_empty_state_creates_everything_and_is_refused(judged: Judged) -> None:
    report = judged(create("aws_s3_bucket.x", BUCKET), had_state=False)
    assert [finding.check for finding in report.findings] == ["creates_everything_anew"]


def test_an_emulated_aws_begins_empty_every_time(judged: Judged) -> None:
    assert judged(create("aws_s3_bucket.x", BUCKET), had_state=False, endpoint="http://127.0.0.1:5000").findings == []
    assert judged(create("aws_s3_bucket.x", BUCKET), had_state=False, endpoint="https://s3.aws.com").findings != []


def acknowledge(folder: Path, *marks: str, **changed: Any) -> None:
    content = {"reason": "The zone moves to another account.", "owner": "data", "expires": TODAY, "accepted": [*marks]}
    (folder / "acknowledged").mkdir(exist_ok=True)
    path = folder / "acknowledged" / "move-silver.yaml"
    path.write_text(yaml.safe_dump(content | changed), encoding="utf-8")


def mark_in(report: Report) -> str:
    return report.findings[0].remedy.rsplit(" ", maxsplit=1)[-1]


def test_an_acknowledged_risk_passes_and_is_told(judged: Judged, tmp_path: Path) -> None:
    risky = delete("aws_s3_bucket.x", BUCKET)
    acknowledge(tmp_path, mark_in(judged(risky)))
    report = judged(risky)
    assert report.exit_code == PASSED
    assert any("aws_s3_bucket.x" in note for note in report.notes)


def test_an_acknowledgement_is_for_one_change_only(judged: Judged, tmp_path: Path) -> None:
    acknowledge(tmp_path, mark_in(judged(update(ROLE_POLICY, READ, READ | {"policy": policy("s3:PutObject")}))))
    assert judged(update(ROLE_POLICY, READ, READ | {"policy": policy("s3:DeleteObject")})).exit_code == REFUSED
    assert judged(delete("aws_s3_bucket.x", BUCKET)).exit_code == REFUSED


@pytest.mark.parametrize(
    "changed",
    [{"expires": date(2026, 11, 22)}, {"expires": date(2027, 1, 1)}, {"reason": ""}, {"accepted": [1]}, {"more": 1}],
)
def test_an_acknowledgement_that_cannot_count_is_refused(
    judged: Judged, tmp_path: Path, changed: dict[str, Any]
) -> None:
    risky = delete("aws_s3_bucket.x", BUCKET)
    acknowledge(tmp_path, mark_in(judged(risky)), **changed)
    assert {finding.check for finding in judged(risky).findings} == {"destroys_data", "acknowledgement"}


def test_what_is_no_plan_is_not_called_safe(tmp_path: Path) -> None:
    for name, text in {"ecommerce-prod": "{}", "ecommerce-dev": "no json", "elsewhere": "{}"}.items():
        path = tmp_path / f"{name}.json"
        path.write_text(text, encoding="utf-8")
        assert check([path], today=TODAY, acknowledged=tmp_path).exit_code == BROKEN
    assert check([tmp_path / "missing.json"], today=TODAY, acknowledged=tmp_path).exit_code == BROKEN


def test_without_a_plan_the_report_says_that_nothing_was_looked_at(tmp_path: Path) -> None:
    report = check([], today=TODAY, acknowledged=tmp_path)
    assert report.figures["plans"] == 0
    assert "no plan was given" in report.notes[0]
