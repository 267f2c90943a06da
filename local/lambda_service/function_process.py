"""Runs one function in a process of its own with AWS's runtime client, warm from one invocation to the next.

In: events. Out: what the function answered, or the error Lambda would report; its output goes to a log file.
"""

import subprocess
import sys
import time
import uuid
from pathlib import Path

from local.lambda_service.answer import Answered, FunctionFailed
from local.lambda_service.function import Function
from local.lambda_service.function_environment import function_environment
from local.lambda_service.runtime_api import InvocationRequest, RuntimeApi, failure

BOOTSTRAP = Path(__file__).with_name("function_bootstrap.py").resolve()
# Lambda allows 10 s and then starts over within the function's timeout; here two busy cores serve everything.
START_UP_SECONDS = 60.0
LOOK_AT_PROCESS_SECONDS = 0.1


class FunctionProcess:
    """Starts with the first invocation, and again after a timeout or a crash. Not to be shared between threads."""

    def __init__(self, function: Function, *, runtime_dir: Path, endpoint: str, log_path: Path) -> None:
        self.function = function
        self._runtime_dir = runtime_dir.resolve()
        self._endpoint = endpoint
        self._log_path = log_path
        self._running: tuple[subprocess.Popen[bytes], RuntimeApi] | None = None

    @property
    def pid(self) -> int | None:
        return self._running[0].pid if self._running else None

    def invoke(self, payload: bytes) -> Answered | FunctionFailed:
        """Gives the event to the function and waits for its answer, its error or its timeout."""
        if self._running is None or self._running[0].poll() is not None:
            self.close()
            self._running = self._start()
        process, api = self._running
        request = InvocationRequest(
            request_id=str(uuid.uuid4()),
            function_arn=self.function.arn,
            payload=payload,
            timeout_seconds=self.function.timeout_seconds,
        )
        offered_at = time.monotonic()
        api.offer(request)
        result = None
        while result is None:
            result = api.wait(LOOK_AT_PROCESS_SECONDS) or self._end(process, api, request, offered_at)
        if api.started_at is None:
            # The start-up failed and the process is about to leave: the next invocation must not be given to it.
            self.close()
        return result

    def close(self) -> None:
        """Ends the process, also in the middle of an invocation."""
        if self._running is None:
            return
        process, api = self._running
        self._running = None
        process.kill()
        process.wait()
        if process.stdin:
            process.stdin.close()
        api.close()

    def _start(self) -> tuple[subprocess.Popen[bytes], RuntimeApi]:
        api = RuntimeApi()
        self._log_path.parent.mkdir(parents=True, exist_ok=True)
        environment = function_environment(
            self.function,
            runtime_dir=self._runtime_dir,
            runtime_api=api.address,
            endpoint=self._endpoint,
            log_stream=uuid.uuid4().hex,
        )
        # -S and -P keep this project's packages and folders out of sight.
        command = [sys.executable, "-S", "-P", str(BOOTSTRAP), self.function.handler]
        with self._log_path.open("ab") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=log, stderr=log, env=environment, cwd=self.function.task_root
            )
        return process, api

    def _end(
        self, process: subprocess.Popen[bytes], api: RuntimeApi, request: InvocationRequest, offered_at: float
    ) -> FunctionFailed | Answered | None:
        """The error if the process died or its time is over."""
        status = process.poll()
        if status is not None:
            # Its last words may have come in between the two looks.
            ended = api.wait(0) or failure("Runtime.ExitError", _exit_message(request, status))
            self.close()
            return ended
        started_at = api.started_at
        limit = START_UP_SECONDS if started_at is None else self.function.timeout_seconds
        if time.monotonic() - (offered_at if started_at is None else started_at) <= limit:
            return None
        self.close()
        return failure(
            "Sandbox.Timedout", f"RequestId: {request.request_id} Error: Task timed out after {limit:.2f} seconds"
        )


def _exit_message(request: InvocationRequest, status: int) -> str:
    how = f"exit status {status}" if status >= 0 else f"signal: {-status}"
    return f"RequestId: {request.request_id} Error: Runtime exited with error: {how}"
