import json
from pathlib import Path

import pytest

from deploy.stack import DeployError
from deploy.workspace import open_stack

EMULATED = "http://127.0.0.1:5000"


def stack_folder(folder: Path, *, endpoint: str | None) -> Path:
    provider = {"region": "eu-west-1"} | ({"endpoints": [{"s3": endpoint}]} if endpoint else {})
    template = {"provider": {"aws": [provider]}, "terraform": {"backend": {"local": {"path": "x"}}}}
    (folder / "cdk.tf.json").write_text(json.dumps(template), encoding="utf-8")
    return folder


def test_a_stack_for_the_real_aws_is_not_opened_with_an_emulator_in_mind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", EMULATED)
    with pytest.raises(DeployError, match="was synthesized for the real AWS, AWS_ENDPOINT_URL says http"):
        open_stack(stack_folder(tmp_path, endpoint=None), tmp_path)


def test_a_stack_for_an_emulator_is_not_opened_with_the_real_aws_in_mind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with pytest.raises(DeployError, match="make the two agree"):
        open_stack(stack_folder(tmp_path, endpoint=EMULATED), tmp_path)


def test_real_credentials_never_go_to_an_emulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", EMULATED)
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "real")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "real")
    environ = open_stack(stack_folder(tmp_path, endpoint=EMULATED), tmp_path).environ
    assert "real" not in environ.values()
    assert "AWS_PROFILE" not in environ


def test_a_state_on_this_machine_has_no_lock_to_mend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", EMULATED)
    stack = open_stack(stack_folder(tmp_path, endpoint=EMULATED), tmp_path)
    with pytest.raises(DeployError, match="keeps its state on this machine"):
        assert stack.backend


def test_a_folder_without_a_stack_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeployError, match=r"holds no cdk\.tf\.json"):
        open_stack(tmp_path, tmp_path)
