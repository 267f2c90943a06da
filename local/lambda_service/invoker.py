"""Invokes the function of one shard: one warm process, replaced when another version is deployed.

In: an event. Out: an answer, or that the function could not be reached (throttled, or not to be had).
"""

import logging
import threading
from collections import Counter
from pathlib import Path
from typing import Protocol

from local.lambda_service.answer import FunctionFailed, Invocation, NotInvoked
from local.lambda_service.function import Function
from local.lambda_service.function_code import CodeUnavailableError
from local.lambda_service.function_directory import FunctionDirectory
from local.lambda_service.function_process import FunctionProcess

log = logging.getLogger(__name__)


class ConcurrencyGate:
    """Counts the invocations that run, per function; a reserved concurrency of 0 stops a function, as on AWS."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: Counter[str] = Counter()

    def enter(self, function: Function) -> bool:
        with self._lock:
            limit = function.reserved_concurrency
            if limit is not None and self._running[function.arn] >= limit:
                return False
            self._running[function.arn] += 1
            return True

    def leave(self, function: Function) -> None:
        with self._lock:
            self._running[function.arn] -= 1


class ShardInvoker(Protocol):
    """What a shard needs of an invoker."""

    def invoke(self, payload: bytes) -> Invocation: ...
    def close(self) -> None: ...


class Invoker:
    """Belongs to one shard, whose batches come one after the other."""

    def __init__(
        self,
        function_arn: str,
        *,
        directory: FunctionDirectory,
        gate: ConcurrencyGate,
        runtime_dir: Path,
        log_dir: Path,
        endpoint: str,
    ) -> None:
        self._function_arn = function_arn
        self._directory = directory
        self._gate = gate
        self._runtime_dir = runtime_dir
        self._log_dir = log_dir
        self._endpoint = endpoint
        self._process: FunctionProcess | None = None

    def invoke(self, payload: bytes) -> Invocation:
        try:
            function = self._directory.current(self._function_arn)
        except CodeUnavailableError as error:
            return NotInvoked(str(error))
        if not self._gate.enter(function):
            return NotInvoked(
                f"throttled: {function.name} has a reserved concurrency of {function.reserved_concurrency}"
            )
        try:
            answer = self._process_for(function).invoke(payload)
        finally:
            self._gate.leave(function)
        if isinstance(answer, FunctionFailed):
            log.warning(
                "%s failed: %s %s", function.name, answer.error_type, answer.payload[:500].decode(errors="replace")
            )
        return answer

    def close(self) -> None:
        """Ends the process, also in the middle of an invocation."""
        if self._process is not None:
            self._process.close()

    def _process_for(self, function: Function) -> FunctionProcess:
        if self._process is None or self._process.function != function:
            self.close()
            self._process = FunctionProcess(
                function,
                runtime_dir=self._runtime_dir,
                endpoint=self._endpoint,
                log_path=self._log_dir / f"{function.name}.log",
            )
        return self._process
