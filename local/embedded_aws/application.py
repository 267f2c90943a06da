"""The WSGI application: moto behind one door of our own.

Under PREFIX lies what AWS has no API for: the health of this instance, and the code behind a function's or layer's
`Location`. Everything else goes to moto unchanged. No bucket can be named like PREFIX: S3 allows no underscore.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any

from local.embedded_aws.code_archive import CODE_PATH, archived_code

PREFIX = "/_embedded_aws/"
HEALTH_PATH = f"{PREFIX}health"

StartResponse = Callable[[str, list[tuple[str, str]]], Any]
WsgiApplication = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


def with_own_routes(aws: WsgiApplication, *, instance_id: str) -> WsgiApplication:
    """`aws` plus the routes under PREFIX."""

    def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path: str = environ.get("PATH_INFO", "")
        if not path.startswith(PREFIX):
            return aws(environ, start_response)
        if path == HEALTH_PATH:
            return _answer(
                start_response, "200 OK", "application/json", json.dumps({"instance_id": instance_id}).encode()
            )
        code = archived_code(path)
        if code is not None:
            return _answer(start_response, "200 OK", "application/zip", code)
        hint = f"the embedded AWS has no {path}: only {HEALTH_PATH} and the {CODE_PATH}<sha256> it handed out itself"
        return _answer(start_response, "404 NOT FOUND", "text/plain", hint.encode())

    return application


def _answer(start_response: StartResponse, status: str, content_type: str, body: bytes) -> list[bytes]:
    start_response(status, [("Content-Type", content_type), ("Content-Length", str(len(body)))])
    return [body]
