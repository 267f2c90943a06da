"""Does each part have a report and an exit code, and the whole the worst of them?"""

import json
from pathlib import Path

import pytest

from config import ENVIRONMENTS
from config.naming import stack_name
from gate.__main__ import main
from tests.unit.gate.good_template import good_document


@pytest.fixture
def stacks(tmp_path: Path) -> Path:
    for env in ENVIRONMENTS:
        folder = tmp_path / "stacks" / stack_name(env)
        folder.mkdir(parents=True)
        (folder / "cdk.tf.json").write_text(json.dumps(good_document()), encoding="utf-8")
    return tmp_path / "stacks"


def run(stacks: Path, *parts: str) -> int:
    return main([*parts, "--stacks", str(stacks), "--reports", str(stacks.parent / "reports")])


def read(stacks: Path, name: str) -> dict[str, object]:
    report: dict[str, object] = json.loads((stacks.parent / "reports" / name).read_text(encoding="utf-8"))
    return report


def test_good_stacks_pass_and_the_reports_say_how_much_was_looked_at(stacks: Path) -> None:
    assert run(stacks, "rules", "plan") == 0
    figures = read(stacks, "rules.json")["figures"]
    assert isinstance(figures, dict)
    assert figures["stacks"] == len(ENVIRONMENTS)
    assert read(stacks, "plan.json")["exit_code"] == 0
    assert read(stacks, "report.json")["exit_code"] == 0


def test_one_bad_stack_refuses_all(stacks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = stacks / "ecommerce-dev" / "cdk.tf.json"
    document = good_document()
    del document["resource"]["aws_s3_bucket_policy"]
    path.write_text(json.dumps(document), encoding="utf-8")
    assert run(stacks, "rules", "plan") == 1
    assert read(stacks, "report.json")["exit_code"] == 1
    told = capsys.readouterr().out
    assert "bucket_refuses_plain_http" in told
    assert "how to go on" in told


def test_a_stack_that_is_missing_is_no_success(stacks: Path) -> None:
    (stacks / "ecommerce-prod" / "cdk.tf.json").unlink()
    assert run(stacks, "rules") == 2
