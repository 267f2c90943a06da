"""Does each part have a report and an exit code, and the whole the worst of them?"""

import json
from pathlib import Path
from typing import Any

import pytest

from gate.__main__ import main
from gate.synthesized import synthesized
from tests.unit.gate.good.template import ENV, good_document

PLATFORM, STATE = "ecommerce-prod", "ecommerce-prod-state"


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One environment, whose two stacks are good."""
    monkeypatch.setattr("gate.synthesized.ENVIRONMENTS", (ENV,))
    for stack in synthesized(tmp_path / "stacks", tmp_path / "state"):
        stack.file.parent.mkdir(parents=True)
        stack.file.write_text(json.dumps(good_document()), encoding="utf-8")
    return tmp_path


def run(work: Path, *parts: str) -> int:
    folders = {"--stacks": "stacks", "--state-stacks": "state", "--reports": "reports"}
    return main([*parts, *(text for option, name in folders.items() for text in (option, str(work / name)))])


def read(work: Path, name: str) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((work / "reports" / name).read_text(encoding="utf-8"))
    return report


def without_bucket_policy(file: Path) -> None:
    document = good_document()
    del document["resource"]["aws_s3_bucket_policy"]
    file.write_text(json.dumps(document), encoding="utf-8")


def test_good_stacks_pass_and_the_reports_say_how_much_was_looked_at(work: Path) -> None:
    assert run(work, "rules", "plan") == 0
    assert read(work, "rules.json")["figures"]["stacks"] == 2
    assert read(work, "plan.json")["exit_code"] == 0
    assert read(work, "report.json")["exit_code"] == 0


def test_one_bad_stack_refuses_all(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    without_bucket_policy(work / "stacks" / PLATFORM / "cdk.tf.json")
    assert run(work, "rules", "plan") == 1
    assert read(work, "report.json")["exit_code"] == 1
    told = capsys.readouterr().out
    assert "bucket_refuses_plain_http" in told
    assert "how to go on" in told


def test_the_bucket_of_the_states_is_judged_like_the_platform(work: Path) -> None:
    without_bucket_policy(work / "state" / STATE / "cdk.tf.json")
    assert run(work, "rules") == 1


@pytest.mark.parametrize("file", [f"stacks/{PLATFORM}", f"state/{STATE}"])
@pytest.mark.parametrize("part", ["rules", "access", "scanners"])
def test_a_stack_that_is_missing_is_no_success(work: Path, part: str, file: str) -> None:
    (work / file / "cdk.tf.json").unlink()
    assert run(work, part) == 2


def test_no_environment_may_lose_its_states_however_disposable_it_is() -> None:
    states = [stack for stack in synthesized(Path(), Path()) if stack.name.endswith("-state")]
    assert [stack.name for stack in states] == ["ecommerce-dev-state", "ecommerce-staging-state", STATE]
    assert not any(stack.env.disposable or stack.env.deletable for stack in states)


def test_the_report_on_access_holds_the_table_of_each_stack(work: Path) -> None:
    run(work, "access")
    tables = read(work, "access.json")["tables"]
    assert set(tables) == {PLATFORM, STATE}
    assert tables[PLATFORM]["who"]["aws_iam_role.etl"]["taken on by"] == ["service lambda.amazonaws.com"]
    assert (work / "reports" / "access" / f"{PLATFORM}.md").is_file()
