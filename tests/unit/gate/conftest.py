"""Shared by the tests of the gate."""

import json
from pathlib import Path
from typing import Any

import pytest

from gate.plan.check import check
from gate.report import Report
from tests.unit.gate.planned import PROD_STACK, TODAY, Judged


@pytest.fixture
def judged(tmp_path: Path) -> Judged:
    """Judges a plan with these changes, of an environment that has been deployed before."""

    def judge(
        *changes: dict[str, Any], stack: str = PROD_STACK, had_state: bool = True, endpoint: str | None = None
    ) -> Report:
        kept = [{"mode": "managed", "address": "aws_s3_bucket.kept"}] if had_state else []
        endpoints = [{"s3": {"constant_value": endpoint}}] if endpoint else []
        plan = {
            "format_version": "1.2",
            "planned_values": {},
            "resource_changes": list(changes),
            "prior_state": {"values": {"root_module": {"resources": kept}}},
            "configuration": {"provider_config": {"aws": {"name": "aws", "expressions": {"endpoints": endpoints}}}},
        }
        path = tmp_path / f"{stack}.json"
        path.write_text(json.dumps(plan), encoding="utf-8")
        return check([path], today=TODAY, acknowledged=tmp_path / "acknowledged")

    return judge
