"""Makes a process of a handler's source text, for the tests that run real functions."""

import textwrap
from pathlib import Path

from local.lambda_service.function import Function
from local.lambda_service.function_process import FunctionProcess
from local.lambda_service.runtime_install import DEFAULT_TARGET, install

ENDPOINT = "http://127.0.0.1:9"
LOG = "f.log"


def new_process(
    folder: Path, source: str, *, layers: tuple[Path, ...] = (), timeout: float = 30, **variables: str
) -> FunctionProcess:
    """The function's code lies in `folder`, and so does its log."""
    install(DEFAULT_TARGET)
    task_root = folder / "task"
    task_root.mkdir(exist_ok=True)
    (task_root / "handler.py").write_text(textwrap.dedent(source))
    function = Function(
        arn="arn:aws:lambda:eu-west-1:123456789012:function:etl",
        name="etl",
        version="$LATEST",
        handler="handler.handler",
        role_arn="arn:aws:iam::123456789012:role/etl",
        memory_mb=512,
        timeout_seconds=timeout,
        variables=tuple(sorted(variables.items())),
        task_root=task_root,
        layer_roots=layers,
    )
    return FunctionProcess(function, runtime_dir=DEFAULT_TARGET, endpoint=ENDPOINT, log_path=folder / LOG)


def lives(pid: int) -> bool:
    """Whether the process runs; one that has ended and waits for its parent to notice does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False
