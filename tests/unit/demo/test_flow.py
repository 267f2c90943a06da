import time
from pathlib import Path

import pytest

from local.demo import flow
from local.demo.flow import StalledError, drain
from local.demo.platform import Platform
from local.deployment.cdktf import Deployment
from local.embedded_aws import EmbeddedAws
from local.lambda_service.status import Progress


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    aws = EmbeddedAws(pid=1, port=1, endpoint="http://127.0.0.1:1", instance_id="i")
    return Platform(aws=aws, deployment=Deployment(stack="s", work_dir=tmp_path), resources=0)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "STALLED_SECONDS", 0.05)
    monkeypatch.setattr(flow, "LOOK_SECONDS", 0.02)


def test_waiting_ends_when_all_is_processed_and_archived(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    processed, archived = iter([False, False, True, True]), iter([False, True])
    monkeypatch.setattr(flow, "is_drained", lambda *_: next(processed))
    monkeypatch.setattr(flow, "is_archived", lambda *_: next(archived))
    monkeypatch.setattr(flow, "STALLED_SECONDS", 60.0)
    drain(platform)
    assert (list(processed), list(archived)) == ([], [])


def test_a_stream_that_no_longer_moves_is_said_when_no_service_runs(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "is_drained", lambda *_: False)
    with pytest.raises(StalledError, match=r"none was settled .* the Lambda service does not run"):
        drain(platform)


def test_a_stream_that_no_longer_moves_is_said_with_what_stands_in_the_way(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stuck(Progress):
        last_errors = ("shard-1: AccessDenied",)

    status = Stuck(pid=1, written_at=time.time(), endpoint="", mappings=())
    monkeypatch.setattr(flow, "is_drained", lambda *_: False)
    monkeypatch.setattr(flow, "delivery_progress", lambda _: status)
    with pytest.raises(StalledError, match="shard-1: AccessDenied"):
        drain(platform)
