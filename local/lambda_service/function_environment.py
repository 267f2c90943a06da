"""The environment variables and the import path of a function's process: the function's own and Lambda's, no more.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

import os
from pathlib import Path

from local.lambda_service.aws_clients import CREDENTIALS
from local.lambda_service.function import Function
from local.lambda_service.function_directory import RUNTIME


def function_environment(
    function: Function, *, runtime_dir: Path, runtime_api: str, endpoint: str, log_stream: str
) -> dict[str, str]:
    """Nothing of this machine's environment passes: a variable missing on AWS must be missing here too."""
    return {
        **dict(function.variables),
        "PYTHONPATH": os.pathsep.join(str(folder) for folder in import_path(function, runtime_dir)),
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "_HANDLER": function.handler,
        "LAMBDA_TASK_ROOT": str(function.task_root),
        "LAMBDA_RUNTIME_DIR": str(runtime_dir),
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{RUNTIME}",
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": function.version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
        "AWS_REGION": function.arn.split(":")[3],
        "AWS_DEFAULT_REGION": function.arn.split(":")[3],
        **{name.upper(): value for name, value in CREDENTIALS.items()},
        # Not Lambda's, but they lead to the embedded AWS and keep the user's own ~/.aws out.
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def import_path(function: Function, runtime_dir: Path) -> list[Path]:
    """Lambda's order: the code, the layers, then what the runtime brings."""
    layers = [
        folder
        for root in reversed(function.layer_roots)
        for folder in (root / "python" / "lib" / RUNTIME / "site-packages", root / "python")
    ]
    return [function.task_root, *layers, runtime_dir]
