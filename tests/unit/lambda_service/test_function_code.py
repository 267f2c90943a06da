"""Code comes by HTTP, is compared with what was deployed, and is unpacked once."""

import hashlib
import io
import threading
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from local.lambda_service.function_code import CodeUnavailableError, hash_in_path, unpacked


def zip_of(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def sha256(content: bytes) -> str:
    return b64encode(hashlib.sha256(content).digest()).decode()


ZIP = zip_of({"handler.py": "answer = 42", "contracts/orders.json": "{}"})


class _Server(HTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.contents = {"/code": ZIP, "/text": b"no zip"}
        self.asked: list[str] = []

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        content = self.server.contents.get(self.path)
        self.send_response(200 if content else 404)
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[_Server]:
    server = _Server()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_the_zip_is_unpacked_and_fetched_only_once(server: _Server, tmp_path: Path) -> None:
    for _ in range(2):
        root = unpacked(url=server.url("/code"), code_sha256=sha256(ZIP), into=tmp_path / "functions" / "f-1")
    assert (root / "handler.py").read_text() == "answer = 42"
    assert (root / "contracts" / "orders.json").read_text() == "{}"
    assert server.asked == ["/code"]
    assert [folder.name for folder in root.parent.iterdir()] == ["f-1"]


def test_other_code_than_was_deployed_is_refused(server: _Server, tmp_path: Path) -> None:
    with pytest.raises(CodeUnavailableError, match="deploy it again"):
        unpacked(url=server.url("/code"), code_sha256=sha256(b"something else"), into=tmp_path / "f-1")
    assert not (tmp_path / "f-1").exists()


@pytest.mark.parametrize("path", ["/missing", "/text"])
def test_what_cannot_be_fetched_or_is_no_zip_is_named(server: _Server, tmp_path: Path, path: str) -> None:
    with pytest.raises(CodeUnavailableError, match=path):
        unpacked(url=server.url(path), code_sha256=sha256(b"no zip"), into=tmp_path / "f-1")
    assert list(tmp_path.iterdir()) == []


def test_an_address_that_is_not_http_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CodeUnavailableError, match="s3://"):
        unpacked(url="s3://", code_sha256=sha256(ZIP), into=tmp_path / "f-1")


def test_the_hash_in_a_path_has_no_slashes() -> None:
    assert hash_in_path(b64encode(b"\xff\xff\xff" * 10 + b"\xff\xff").decode()) == "ff" * 32
