"""The gateway: an S3 endpoint goes in, a WebHDFS address comes out at which Hadoop's own client reads and writes it.

Spark as it comes from PyPI has no file system for S3. It has one for WebHDFS, and one that mounts such addresses under
the names of buckets (session.py), so a job's ``s3://bucket/key`` means here what it means on AWS.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer

from local.embedded_aws.environment import LOOP_BACK
from local.lambda_service.aws_clients import aws_client
from local.spark.object_files import ObjectFiles
from local.spark.object_reader import ObjectReader
from local.spark.webhdfs_handler import WebHdfsHandler


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Spark's tasks open many connections at the same moment.
    request_queue_size = 256

    def handle_error(self, *_: object) -> None:
        """A client that is killed closes its connections anyhow; errors of ours are answered as such."""


@contextmanager
def gateway(*, endpoint: str, region: str) -> Iterator[int]:
    """Serves the S3 at ``endpoint`` to this machine while the block runs; gives the port. Ends with its process."""
    s3 = aws_client("s3", endpoint=endpoint, region=region)
    parts = {"files": ObjectFiles(s3=s3), "reader": ObjectReader(s3=s3)}
    server = _Server((LOOP_BACK, 0), type("Handler", (WebHdfsHandler,), parts))
    thread = threading.Thread(target=server.serve_forever, name="gateway", daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
