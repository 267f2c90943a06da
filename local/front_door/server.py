"""Listens on 127.0.0.1 and hands requests to the door."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from local.embedded_aws.environment import LOOP_BACK, REGION
from local.front_door.applied_api import read_api
from local.front_door.door import MAX_BODY_BYTES, Door, Send
from local.front_door.kinesis_call import kinesis_call
from local.lambda_service.aws_clients import aws_client


@dataclass(frozen=True, kw_only=True)
class LocalDoor:
    """Where it listens, stage included, and the API keys by client: ``shop`` of ``ecommerce-local-front-door-shop``."""

    url: str
    keys: Mapping[str, str]


@contextmanager
def front_door(
    endpoint: str, *, region: str = REGION, port: int = 0, through: Callable[[Send], Send] = lambda send: send
) -> Iterator[LocalDoor]:
    """Serves while the block runs. ``through`` stands between the door and Kinesis, to do what a fault would."""
    api = read_api(aws_client("apigateway", endpoint=endpoint, region=region))
    door = Door(api=api, send=through(kinesis_call(endpoint, region=region)))
    handler: Any = type("Handler", (_Handler,), {"door": door})
    server = ThreadingHTTPServer((LOOP_BACK, port), handler)
    Thread(target=server.serve_forever, name="front door", daemon=True).start()
    keys = {plan.client.removeprefix(f"{api.name}-"): value for value, plan in api.plans.items()}
    try:
        yield LocalDoor(url=f"http://{LOOP_BACK}:{server.server_port}/{api.stage}", keys=keys)
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    door: Door

    def do_POST(self) -> None:  # the name http.server asks for
        length = int(self.headers.get("Content-Length") or 0)
        # What is too large is not kept, but read: a client that still writes would not see the answer.
        body = self.rfile.read(length) if length <= MAX_BODY_BYTES else self._read_past(length)
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.door.post(urlsplit(self.path).path, headers, body)
        self.send_response(reply.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, *_: Any) -> None:
        """Nothing."""

    def _read_past(self, length: int) -> bytes:
        while length > 0:
            length -= len(self.rfile.read(min(length, 1 << 20))) or length
        return bytes(MAX_BODY_BYTES + 1)
