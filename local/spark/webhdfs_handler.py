"""One WebHDFS request: its operation and path go to the object files, the answer or the error goes back as JSON."""

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from local.spark.file_status import block_locations, content_summary, file_status, file_statuses, located_blocks
from local.spark.file_status import remote_exception as told
from local.spark.object_files import NotEmptyError, ObjectFiles, Place, UnknownBucketError
from local.spark.object_reader import ObjectReader
from local.spark.object_writer import write_object

ROOT = "/webhdfs/v1"
PIECE_BYTES = 1024 * 1024
BROKEN_OFF = (BrokenPipeError, ConnectionResetError)
# The first that fits: what the client raises for what went wrong here, and the status it comes with.
ERRORS: tuple[tuple[type[Exception], int, str], ...] = (
    (FileNotFoundError, 404, "java.io.FileNotFoundException"),
    (FileExistsError, 403, "org.apache.hadoop.fs.FileAlreadyExistsException"),
    (NotEmptyError, 403, "org.apache.hadoop.fs.PathIsNotEmptyDirectoryException"),
    (UnknownBucketError, 400, "java.lang.IllegalArgumentException"),
    (ValueError, 400, "java.lang.IllegalArgumentException"),
    (NotImplementedError, 400, "java.lang.UnsupportedOperationException"),
    (ClientError, 500, "java.io.IOException"),
    (BotoCoreError, 500, "java.io.IOException"),
    (OSError, 500, "java.io.IOException"),
)
Query = dict[str, str]


class BrokenOffError(Exception):
    """When a client goes before it has sent everything: nothing of it is kept."""


class WebHdfsHandler(BaseHTTPRequestHandler):
    """``files`` and ``reader`` are set on a class of its own for each gateway."""

    files: ClassVar[ObjectFiles]
    reader: ClassVar[ObjectReader]
    protocol_version = "HTTP/1.1"
    # A header and a small body go out as two packets, and the second would wait for the first to be acknowledged.
    disable_nagle_algorithm = True

    def log_message(self, *_: Any) -> None:
        """Thousands of requests a run: nobody reads them."""

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        query = {name.lower(): values[0] for name, values in parse_qs(parts.query).items()}
        place = Place.of(unquote(parts.path.removeprefix(ROOT)))
        operation = OPERATIONS.get((self.command, query.get("op", "").upper()))
        try:
            if operation is None:
                raise NotImplementedError(f"{self.command} {query.get('op')} is not what jobs do; see local/spark")
            operation(self, place, query)
        except (*BROKEN_OFF, BrokenOffError):
            self.close_connection = True
        except tuple(kind for kind, _, _ in ERRORS) as error:
            status, java_class = next((status, name) for kind, status, name in ERRORS if isinstance(error, kind))
            # What the client still sends would be taken for its next request.
            self.close_connection = self.command in ("PUT", "POST")
            self._json(told(java_class, str(error)), status)

    do_GET = do_PUT = do_POST = do_DELETE = _answer  # noqa: N815  the names http.server calls

    def open_file(self, place: Place, query: Query) -> None:
        length = int(query["length"]) if "length" in query else None
        opened = self.reader.open(place.bucket, place.key, offset=int(query.get("offset", 0)), length=length)
        self._head(200, opened.length, "application/octet-stream")
        for piece in opened.pieces:
            self.wfile.write(piece)

    def tell_status(self, place: Place, _: Query) -> None:
        self._json({"FileStatus": file_status(self.files.entry(place))})

    def list_directory(self, place: Place, _: Query) -> None:
        self._json(file_statuses(self.files.listed(place)))

    def tell_blocks(self, place: Place, _: Query) -> None:
        self._json(located_blocks(self.files.entry(place).size or 0))

    def tell_block_locations(self, place: Place, _: Query) -> None:
        self._json(block_locations(self.files.entry(place).size or 0))

    def sum_up(self, place: Place, _: Query) -> None:
        self._json(content_summary(self.files.all_files(place)))

    def tell_home(self, place: Place, _: Query) -> None:
        self._json({"Path": f"/{place.bucket}/user/spark"})

    def create(self, place: Place, query: Query) -> None:
        """Asked without the bytes first, as a name node is; the client brings them where it is sent."""
        if "data" not in query:
            self.send_response(307)
            self.send_header("Location", f"http://{self.headers['Host']}{self.path}&data=true")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        overwrite = query.get("overwrite", "false") == "true"
        write_object(self.files.s3, place.bucket, place.key, self._body(), overwrite=overwrite)
        self._head(201, 0, "application/octet-stream")

    def make_directory(self, place: Place, _: Query) -> None:
        self.files.make_directory(place)
        self._json({"boolean": True})

    def rename(self, place: Place, query: Query) -> None:
        overwrite = "OVERWRITE" in query.get("renameoptions", "").upper()
        self._json({"boolean": self.files.rename(place, Place.of(query["destination"]), overwrite=overwrite)})

    def delete(self, place: Place, query: Query) -> None:
        self._json({"boolean": self.files.delete(place, recursive=query.get("recursive", "false") == "true")})

    def do_nothing(self, _: Place, __: Query) -> None:
        """Owners, permissions and times are not S3's."""
        self._head(200, 0, "application/octet-stream")

    def _body(self) -> Iterator[bytes]:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            yield from self._bytes(int(self.headers.get("Content-Length", 0)))
            return
        while size := self._chunk_size():
            yield from self._bytes(size)
            self.rfile.readline()
        self.rfile.readline()

    def _chunk_size(self) -> int:
        line = self.rfile.readline().partition(b";")[0].strip()
        if not line:
            raise BrokenOffError
        return int(line, 16)

    def _bytes(self, size: int) -> Iterator[bytes]:
        while size:
            piece = self.rfile.read(min(size, PIECE_BYTES))
            if not piece:
                raise BrokenOffError
            size -= len(piece)
            yield piece

    def _json(self, document: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(document).encode()
        self._head(status, len(body), "application/json")
        self.wfile.write(body)

    def _head(self, status: int, length: int, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        self.end_headers()


OPERATIONS: dict[tuple[str, str], Callable[[WebHdfsHandler, Place, Query], None]] = {
    ("GET", "OPEN"): WebHdfsHandler.open_file,
    ("GET", "GETFILESTATUS"): WebHdfsHandler.tell_status,
    ("GET", "LISTSTATUS"): WebHdfsHandler.list_directory,
    ("GET", "GET_BLOCK_LOCATIONS"): WebHdfsHandler.tell_blocks,
    ("GET", "GETFILEBLOCKLOCATIONS"): WebHdfsHandler.tell_block_locations,
    ("GET", "GETCONTENTSUMMARY"): WebHdfsHandler.sum_up,
    ("GET", "GETHOMEDIRECTORY"): WebHdfsHandler.tell_home,
    ("PUT", "CREATE"): WebHdfsHandler.create,
    ("PUT", "MKDIRS"): WebHdfsHandler.make_directory,
    ("PUT", "RENAME"): WebHdfsHandler.rename,
    ("PUT", "SETPERMISSION"): WebHdfsHandler.do_nothing,
    ("PUT", "SETTIMES"): WebHdfsHandler.do_nothing,
    ("DELETE", "DELETE"): WebHdfsHandler.delete,
}
