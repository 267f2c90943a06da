"""Stands between a client and the embedded AWS, and does to single calls what a network does to them."""

import http.client
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any, Literal
from urllib.parse import urlsplit

# The request takes effect and its answer never arrives; or S3 says that it is too busy.
Kind = Literal["reset_after", "slow_down"]

SLOW_DOWN = b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
OF_THE_CONNECTION = {"connection", "transfer-encoding", "keep-alive", "content-length", "date", "server"}
TIMEOUT_SECONDS = 120


@dataclass(kw_only=True)
class Fault:
    """Befalls the next ``times`` calls of ``method`` whose path ends with ``path``."""

    kind: Kind
    method: str
    path: str
    times: int = 1
    left: int = field(init=False)

    def __post_init__(self) -> None:
        self.left = self.times


class FaultProxy:
    """``plan`` says what is to go wrong; everything else passes unchanged."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.endpoint = f"http://127.0.0.1:{server.server_port}"
        self._faults: list[Fault] = []
        self._one_at_a_time = Lock()

    def plan(self, fault: Fault) -> Fault:
        self._faults.append(fault)
        return fault

    def take(self, method: str, path: str) -> Fault | None:
        """The fault that befalls this call."""
        with self._one_at_a_time:
            for fault in self._faults:
                if fault.left and fault.method == method and path.endswith(fault.path):
                    fault.left -= 1
                    return fault
        return None


@contextmanager
def fault_proxy(target: str) -> Iterator[FaultProxy]:
    """Runs before ``target`` while the block does."""

    handler: Any = type("Handler", (_Handler,), {"target": urlsplit(target).netloc})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    proxy = handler.proxy = FaultProxy(server)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
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
        fault = self.proxy.take(self.command, urlsplit(self.path).path)
        if fault and fault.kind == "slow_down":
            self._answer(503, [("Content-Type", "application/xml")], SLOW_DOWN)
            return
        answer = self._ask(body)
        if fault:
            self._reset()
        else:
            self._answer(*answer)

    def _ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = http.client.HTTPConnection(self.target, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(self.command, self.path, body=body or None, headers=dict(self.headers))
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()
        finally:
            connection.close()

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in OF_THE_CONNECTION:
                self.send_header(name, value)
        length = dict(headers).get("Content-Length", "0") if self.command == "HEAD" else str(len(body))
        self.send_header("Content-Length", length)
        self.end_headers()
        self.wfile.write(body)

    def _reset(self) -> None:
        """Closes so that the client gets a reset instead of an end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()
