"""Functions that cannot run here are refused with the reason; a look-up is kept for a second."""

from pathlib import Path
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from local.lambda_service.function_code import CodeUnavailableError, hash_in_path
from local.lambda_service.function_directory import FunctionDirectory

SHA256 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


class FakeLambda:
    def __init__(self, **settings: Any) -> None:
        self.asked = 0
        self._configuration = {
            "FunctionName": "etl",
            "FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:etl",
            "Version": "$LATEST",
            "Runtime": "python3.11",
            "Handler": "handler.handler",
            "Role": "arn:aws:iam::123456789012:role/etl",
            "MemorySize": 512,
            "Timeout": 60,
            "CodeSha256": SHA256,
        } | settings

    def get_function(self, **_: Any) -> dict[str, Any]:
        self.asked += 1
        if not self._configuration["Handler"]:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": "gone"}}, "GetFunction")
        return {"Configuration": self._configuration, "Code": {"Location": "http://127.0.0.1:9/code"}}

    def get_function_concurrency(self, **_: Any) -> dict[str, Any]:
        return {"ReservedConcurrentExecutions": None}


def directory(client: FakeLambda, work_dir: Path) -> FunctionDirectory:
    return FunctionDirectory(cast("Any", client), work_dir)


def test_a_function_is_looked_up_at_most_once_per_second(tmp_path: Path) -> None:
    unpacked = tmp_path / "functions" / f"etl-{hash_in_path(SHA256)[:32]}"
    unpacked.mkdir(parents=True)
    client = FakeLambda()
    found = directory(client, tmp_path)
    assert found.current("arn:f") is found.current("arn:f")
    assert client.asked == 1
    assert found.current("arn:f").task_root == unpacked


@pytest.mark.parametrize("settings", [{"Runtime": "python3.13"}, {"Runtime": "nodejs22.x"}, {"PackageType": "Image"}])
def test_a_package_this_machine_cannot_run_is_refused(tmp_path: Path, settings: dict[str, str]) -> None:
    with pytest.raises(CodeUnavailableError, match=next(iter(settings.values()))):
        directory(FakeLambda(**settings), tmp_path).current("arn:f")


def test_a_function_that_is_gone_is_unavailable_not_an_error_of_the_service(tmp_path: Path) -> None:
    with pytest.raises(CodeUnavailableError, match="gone"):
        directory(FakeLambda(Handler=""), tmp_path).current("arn:f")
