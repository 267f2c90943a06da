"""The HTTP side of the server: keep-alive connections in, WSGI calls on moto's application out.

werkzeug's own handler closes every connection after one answer; boto3 and Terraform open a new one for every call.
"""

import io
import json
import sys
import traceback
from http import HTTPStatus
from http.client import responses as reasons
from typing import IO, Any, cast
from xml.sax.saxutils import escape

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import DechunkedInput
from werkzeug.test import run_wsgi_app

BODILESS = {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}
FRAMING = {"content-length", "connection", "transfer-encoding"}

Answer = tuple[int, list[tuple[str, str]], bytes]


class KeepAliveHandler(MotoRequestHandler):
    """Serves many requests on one connection; logs nothing but failures."""

    protocol_version = "HTTP/1.1"
    # Head and body leave in one segment; with Nagle's algorithm the second of two waits 40 ms for the first's ACK.
    wbufsize = 65536
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        environ = self.make_environ()
        environ["wsgi.input"] = io.BytesIO(self._whole_body())
        try:
            body, status, headers = run_wsgi_app(self.server.app, environ, buffered=True)
            answer: Answer = (int(status.split(" ", 1)[0]), list(headers), b"".join(body))
        except Exception as error:  # noqa: BLE001  one failed call must not end the connection of the others
            answer = _failure(error, environ)
        self._send(*answer)

    def handle_expect_100(self) -> bool:
        """S3 uploads wait for this line before they send their body."""
        proceed: bool = super().handle_expect_100()
        self.wfile.flush()
        return proceed

    def _whole_body(self) -> bytes:
        # Read before the call: what a call leaves unread would be taken for the next request's first line.
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return bytes(DechunkedInput(cast(IO[bytes], self.rfile)).read())
        return bytes(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def _send(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response(status, reasons.get(status))
        names = {name.lower() for name, _ in headers}
        head_length = self.command == "HEAD" and "content-length" in names
        for name, value in headers:
            if name.lower() not in FRAMING or (head_length and name.lower() == "content-length"):
                self.send_header(name, value)
        if not head_length and status not in BODILESS:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and status not in BODILESS:
            self.wfile.write(body)
        self.wfile.flush()

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        """Nothing: a run makes tens of thousands of calls."""


def _failure(error: Exception, environ: dict[str, Any]) -> Answer:
    """A call that moto lacks is 501, which no SDK repeats; a bug is 500. Both say in the body what went wrong."""
    status = HTTPStatus.NOT_IMPLEMENTED if isinstance(error, NotImplementedError) else HTTPStatus.INTERNAL_SERVER_ERROR
    call = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']} {environ.get('HTTP_X_AMZ_TARGET', '')}".strip()
    message = f"embedded AWS: {call}: {type(error).__name__}: {error}"
    print(message, file=sys.stderr)
    traceback.print_exception(error)
    code = "NotImplemented" if status is HTTPStatus.NOT_IMPLEMENTED else "InternalFailure"
    content_type, body = error_body(environ, code, message)
    return status, [("Content-Type", content_type), ("x-amzn-ErrorType", code)], body.encode()


def error_body(environ: dict[str, Any], code: str, message: str) -> tuple[str, str]:
    """The error in the form the caller's protocol reads: S3's XML, the XML of IAM, STS, SNS, .., or JSON."""
    error = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    if "/s3/aws4_request" in environ.get("HTTP_AUTHORIZATION", ""):
        return "application/xml", error
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        return "text/xml", f"<ErrorResponse>{error}</ErrorResponse>"
    return "application/json", json.dumps({"__type": code, "message": message})
