"""Lambda's Runtime API for one function process, on a free port of this machine.

In: invocations from the service; the process asks for the next one, and posts its answer or its error.
Out: that answer. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import re
import sys
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from local.lambda_service.answer import Answered, FunctionFailed

VERSION = "/2018-06-01/runtime"
RESPONSE_LIMIT_BYTES = 6 * 1024 * 1024
ERROR_TYPE_HEADER = "Lambda-Runtime-Function-Error-Type"
_RESULT_PATH = re.compile(rf"{VERSION}/invocation/(?P<request_id>[^/]+)/(?P<kind>response|error)")


@dataclass(frozen=True, kw_only=True)
class InvocationRequest:
    """One event on its way to the function."""

    request_id: str
    function_arn: str
    payload: bytes
    timeout_seconds: float


class RuntimeApi:
    """A mailbox between the service and one process: at most one invocation at a time."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: InvocationRequest | None = None
        self._running: InvocationRequest | None = None
        self._started_at: float | None = None
        self._result: Answered | FunctionFailed | None = None
        self._closed = False
        self._server = _Server(("127.0.0.1", 0), _Endpoint)
        self._server.api = self
        threading.Thread(target=self._server.serve_forever, args=(0.1,), name="runtime-api", daemon=True).start()

    @property
    def address(self) -> str:
        host, port = self._server.server_address[:2]
        return f"{host!s}:{port}"

    def offer(self, request: InvocationRequest) -> None:
        """Lays an invocation ready for the process's next call."""
        with self._changed:
            self._waiting, self._running, self._started_at, self._result = request, None, None, None
            self._changed.notify_all()

    def wait(self, seconds: float) -> Answered | FunctionFailed | None:
        """The result of the invocation, or of the start-up if that failed; None if there is none within `seconds`."""
        with self._changed:
            self._changed.wait_for(lambda: self._result is not None, seconds)
            return self._result

    @property
    def started_at(self) -> float | None:
        """When the process took the invocation (time.monotonic); None while it is still starting up."""
        return self._started_at

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._server.shutdown()
        self._server.server_close()

    def next_invocation(self) -> InvocationRequest | None:
        """Called by the process: waits for the next invocation; None when the service is done with the process."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting is not None or self._closed)
            if self._closed:
                return None
            self._running, self._waiting = self._waiting, None
            self._started_at = time.monotonic()
            return self._running

    def post_result(self, request_id: str, result: Answered | FunctionFailed) -> bool:
        """Called by the process; False for an invocation that is not running (any more)."""
        with self._changed:
            if self._running is None or self._running.request_id != request_id:
                return False
            self._running, self._result = None, result
            self._changed.notify_all()
            return True

    def post_init_error(self, result: FunctionFailed) -> None:
        """Called by the process when the handler cannot be loaded; Lambda reports that as the invocation's error."""
        with self._changed:
            self._result = result
            self._changed.notify_all()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    api: RuntimeApi

    def handle_error(self, *arguments: Any) -> None:
        """A process that was killed leaves a broken connection; that is no news."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(*arguments)


class _Endpoint(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    # Head and body are two writes; with Nagle's algorithm the second waits 40 ms for the first one's acknowledgement.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        if self.path != f"{VERSION}/invocation/next":
            self._answer(404)
            return
        request = self.server.api.next_invocation()
        if request is None:
            self.close_connection = True
            return
        headers = {
            "Lambda-Runtime-Aws-Request-Id": request.request_id,
            "Lambda-Runtime-Deadline-Ms": str(int((time.time() + request.timeout_seconds) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": request.function_arn,
            "Content-Type": "application/json",
        }
        self._answer(200, request.payload, headers)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == f"{VERSION}/init/error":
            self.server.api.post_init_error(self._failure(body))
            self._answer(202)
            return
        match = _RESULT_PATH.fullmatch(self.path)
        if match is None:
            self._answer(404)
            return
        result = Answered(body) if match["kind"] == "response" else self._failure(body)
        if len(body) > RESPONSE_LIMIT_BYTES:
            result = too_large(len(body))
        known = self.server.api.post_result(match["request_id"], result)
        self._answer(202 if known else 400)

    def _failure(self, body: bytes) -> FunctionFailed:
        return FunctionFailed(error_type=self.headers.get(ERROR_TYPE_HEADER) or _error_type(body), payload=body)

    def _answer(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing: the function's log is no place for the service's requests."""


def too_large(size: int) -> FunctionFailed:
    """The error Lambda makes of an answer over its limit."""
    message = (
        f"Response payload size ({size} bytes) exceeded maximum allowed payload size ({RESPONSE_LIMIT_BYTES} bytes)."
    )
    return failure("Function.ResponseSizeTooLarge", message)


def failure(error_type: str, message: str) -> FunctionFailed:
    """An error document in Lambda's form."""
    document = {"errorMessage": message, "errorType": error_type}
    return FunctionFailed(error_type=error_type, payload=json.dumps(document).encode())


def _error_type(body: bytes) -> str:
    try:
        return str(json.loads(body)["errorType"])
    except (ValueError, KeyError, TypeError):
        return "Unknown"
