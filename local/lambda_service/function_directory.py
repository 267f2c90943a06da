"""Knows the functions deployed in the embedded AWS and has their code at hand.

In: get_function, get_function_concurrency, get_layer_version. Out: `Function`, its code unpacked below the work folder.
"""

import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from local.lambda_service.function import Function
from local.lambda_service.function_code import CodeUnavailableError, hash_in_path, unpacked

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

LOOK_AGAIN_SECONDS = 1.0
RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"


class FunctionDirectory:
    """Shared by all shards; looks a function up at most once per second, so a new deployment is seen within one."""

    def __init__(self, client: "LambdaClient", work_dir: Path) -> None:
        self._client = client
        self._work_dir = work_dir.resolve()
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, Function]] = {}

    def current(self, function_arn: str) -> Function:
        """The function as deployed now. Raises CodeUnavailableError."""
        with self._lock:
            looked_up_at, function = self._known.get(function_arn, (0.0, None))
            if function is None or time.monotonic() - looked_up_at > LOOK_AGAIN_SECONDS:
                function = self._look_up(function_arn)
                self._known[function_arn] = (time.monotonic(), function)
            return function

    def _look_up(self, function_arn: str) -> Function:
        try:
            deployed: Any = self._client.get_function(FunctionName=function_arn)
            concurrency = self._client.get_function_concurrency(FunctionName=deployed["Configuration"]["FunctionName"])
            return self._function(deployed, concurrency.get("ReservedConcurrentExecutions"))
        except (ClientError, BotoCoreError, KeyError) as error:
            raise CodeUnavailableError(f"{function_arn}: the function cannot be looked up: {error!r}") from error

    def _function(self, deployed: dict[str, Any], reserved_concurrency: int | None) -> Function:
        settings = deployed["Configuration"]
        _check_runtime(settings)
        code_sha256 = settings["CodeSha256"]
        folder = self._work_dir / "functions" / f"{settings['FunctionName']}-{hash_in_path(code_sha256)[:32]}"
        return Function(
            arn=settings["FunctionArn"],
            name=settings["FunctionName"],
            version=settings["Version"],
            handler=settings["Handler"],
            role_arn=settings["Role"],
            memory_mb=settings["MemorySize"],
            timeout_seconds=settings["Timeout"],
            variables=tuple(sorted(settings.get("Environment", {}).get("Variables", {}).items())),
            task_root=unpacked(url=deployed["Code"]["Location"], code_sha256=code_sha256, into=folder),
            layer_roots=tuple(self._layer_root(layer["Arn"]) for layer in settings.get("Layers") or ()),
            reserved_concurrency=reserved_concurrency,
        )

    def _layer_root(self, layer_version_arn: str) -> Path:
        _, name, version = layer_version_arn.rsplit(":", 2)
        content = self._client.get_layer_version(LayerName=name, VersionNumber=int(version))["Content"]
        folder = self._work_dir / "layers" / f"{name}-{version}-{hash_in_path(content['CodeSha256'])[:32]}"
        return unpacked(url=content["Location"], code_sha256=content["CodeSha256"], into=folder)


def _check_runtime(settings: dict[str, Any]) -> None:
    if settings.get("PackageType", "Zip") != "Zip" or settings["Runtime"] != RUNTIME:
        raise CodeUnavailableError(
            f"{settings['FunctionName']}: package {settings.get('PackageType', 'Zip')} with runtime "
            f"{settings.get('Runtime')!r} cannot run here; this machine runs zip packages for {RUNTIME}"
        )
