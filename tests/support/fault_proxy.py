"""Stands between a client and the embedded AWS, and does to single calls what a network or a service does to them."""

import http.client
import json
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any, Literal
from urllib.parse import urlsplit

# reset: the request never arrives. reset_after: it takes effect, and its answer never arrives. slow_down: S3 says that
# it is too busy; throttle: Kinesis does. refuse: an error that retrying does not mend. delay: it takes its time.
# hold: it waits until the fault is mended; lose: it does as well, and never arrives.
Kind = Literal["reset", "reset_after", "slow_down", "throttle", "refuse", "delay", "hold", "lose"]

ALWAYS = 1_000_000
SLOW_DOWN = (503, "SlowDown")
THROTTLE = (400, "ProvisionedThroughputExceededException")
OF_THE_CONNECTION = {"connection", "transfer-encoding", "keep-alive", "content-length", "date", "server"}
TIMEOUT_SECONDS = 120
Answer = tuple[int, list[tuple[str, str]], bytes]


@dataclass(kw_only=True)
class Fault:
    """Befalls ``times`` calls of ``method`` whose path ends with ``path``, has ``part`` in it, and calls ``operation``.

    ``operation`` is a name as in X-Amz-Target (PutRecords). The first ``skip`` calls that fit pass, and then all but
    each ``every``-th. ``befell`` counts. ``status`` and ``code`` belong to ``refuse``, ``seconds`` to ``delay``.
    """

    kind: Kind
    method: str | None = None
    path: str = ""
    part: str = ""
    operation: str | None = None
    times: int = 1
    skip: int = 0
    every: int = 1
    status: int = 403
    code: str = "AccessDenied"
    seconds: float = 0.0
    left: int = field(init=False)
    befell: int = field(init=False, default=0)
    fitted: int = field(init=False, default=0)
    mended: Event = field(init=False, default_factory=Event)

    def __post_init__(self) -> None:
        self.left = self.times

    def befalls(self, method: str, path: str, target: str = "") -> bool:
        """Whether it befalls this call; counts the call."""
        if self.method not in (None, method) or not path.endswith(self.path) or self.part not in path:
            return False
        if self.operation not in (None, target.rpartition(".")[2]):
            return False
        self.fitted += 1
        beyond = self.fitted - self.skip
        if not self.left or beyond < 1 or beyond % self.every:
            return False
        self.left -= 1
        self.befell += 1
        return True

    def mend(self) -> None:
        """From now on nothing befalls, and nothing is held any more."""
        self.left = 0
        self.mended.set()


class FaultProxy:
    """``plan`` says what is to go wrong; everything else passes unchanged."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.endpoint = f"http://127.0.0.1:{server.server_port}"
        self._faults: list[Fault] = []
        self._one_at_a_time = Lock()

    def plan(self, fault: Fault) -> Fault:
        with self._one_at_a_time:
            self._faults.append(fault)
        return fault

    def forget(self) -> None:
        """Drops every fault that was planned."""
        with self._one_at_a_time:
            self._faults.clear()

    def take(self, method: str, path: str, target: str = "") -> Fault | None:
        """The fault that befalls this call."""
        with self._one_at_a_time:
            return next((fault for fault in self._faults if fault.befalls(method, path, target)), None)


@contextmanager
def fault_proxy(target: str) -> Iterator[FaultProxy]:
    """Runs before ``target`` while the block does."""

    handler: Any = type("Handler", (_Handler,), {"target": urlsplit(target).netloc})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    proxy = handler.proxy = FaultProxy(server)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body are two writes; with Nagle's algorithm the second waits 40 ms for the first one's acknowledgement.
    disable_nagle_algorithm = True
    proxy: FaultProxy
    target: str

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self._pass_on
        raise AttributeError(name)

    def log_message(self, *_: Any) -> None:
        """Nothing."""

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        target = self.headers.get("X-Amz-Target", "")
        fault = self.proxy.take(self.command, urlsplit(self.path).path, target)
        kind = fault.kind if fault else None
        if fault and kind == "delay":
            time.sleep(fault.seconds)
        if fault and kind in ("hold", "lose"):
            fault.mended.wait(TIMEOUT_SECONDS)
        if kind in ("reset", "lose"):
            self._reset()
        elif fault and kind in ("slow_down", "throttle", "refuse"):
            status, code = {"slow_down": SLOW_DOWN, "throttle": THROTTLE}.get(fault.kind, (fault.status, fault.code))
            self._answer(*_error(status, code, speaks_json=bool(target)))
        else:
            self._after(kind, self._ask(body))

    def _after(self, kind: Kind | None, answer: Answer) -> None:
        if kind == "reset_after":
            self._reset()
        else:
            self._answer(*answer)

    def _ask(self, body: bytes) -> Answer:
        connection = http.client.HTTPConnection(self.target, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(self.command, self.path, body=body or None, headers=dict(self.headers))
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()
        finally:
            connection.close()

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        try:
            self.send_response(status)
            for name, value in headers:
                if name.lower() not in OF_THE_CONNECTION:
                    self.send_header(name, value)
            length = dict(headers).get("Content-Length", "0") if self.command == "HEAD" else str(len(body))
            self.send_header("Content-Length", length)
            self.end_headers()
            self.wfile.write(body)
        except ConnectionError:  # whoever asked was killed, or lost patience
            self.close_connection = True

    def _reset(self) -> None:
        """Closes so that the client gets a reset instead of an end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()


def _error(status: int, code: str, *, speaks_json: bool) -> Answer:
    """An error as the services of AWS write it: those with a target in JSON, S3 in XML."""
    if speaks_json:
        document = {"__type": code, "message": "planned"}
        return status, [("Content-Type", "application/x-amz-json-1.1")], json.dumps(document).encode()
    body = f"<Error><Code>{code}</Code><Message>planned</Message></Error>"
    return status, [("Content-Type", "application/xml")], body.encode()
