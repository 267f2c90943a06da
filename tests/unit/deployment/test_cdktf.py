import json
from pathlib import Path

import pytest

from local.deployment import cdktf
from local.deployment.cdktf import Deployment, DeploymentError
from local.deployment.unfinished import end_unfinished


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    return Deployment(stack="ecommerce-local", work_dir=tmp_path)


def pretend(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> None:
    """Puts a shell script where the cdktf command line is."""
    program = folder / "cdktf"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(cdktf, "CDKTF", program)


def test_each_changed_resource_is_told_and_the_state_is_counted(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    resources = [
        {"mode": "managed", "instances": [{}, {}]},
        {"mode": "managed", "instances": [{}]},
        {"mode": "data", "instances": [{}]},
    ]
    pretend(
        monkeypatch,
        tmp_path,
        'echo "aws_s3_bucket.b: Creation complete after 1s"; echo "aws_s3_bucket.b: Still creating..."',
    )
    deployment.output.mkdir()
    deployment.state.write_text(json.dumps({"resources": resources}), encoding="utf-8")
    told: list[None] = []
    assert deployment.deploy({"PATH": "/usr/bin:/bin"}, on_change=lambda: told.append(None)) == 3
    assert len(told) == 1
    assert not end_unfinished(tmp_path)


def test_a_failure_is_terraforms_first_error_and_the_log(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pretend(monkeypatch, tmp_path, 'echo "Error: BucketAlreadyExists"; echo "Error: another"; exit 1')
    with pytest.raises(DeploymentError, match=r"failed: BucketAlreadyExists \(log: .*deploy\.log\)"):
        deployment.deploy({"PATH": "/usr/bin:/bin"})


def test_a_provider_that_cannot_be_had_is_said_with_the_remedy(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pretend(monkeypatch, tmp_path, 'echo "Error: Failed to query available provider packages"; exit 1')
    with pytest.raises(DeploymentError, match=r"no mirror gave it; put hashicorp/aws 5\.100\.0 below"):
        deployment.deploy({"PATH": "/usr/bin:/bin"})


def test_a_deployment_that_failed_counts_as_unfinished(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pretend(monkeypatch, tmp_path, "exit 1")
    with pytest.raises(DeploymentError, match="no error was named"):
        deployment.deploy({"PATH": "/usr/bin:/bin"})
    assert end_unfinished(tmp_path)
