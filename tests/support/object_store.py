"""An S3 of its own in this process, with what it takes to fill it and to look into it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from moto.server import ThreadedMotoServer

from local.lambda_service.aws_clients import aws_client


@dataclass(frozen=True, kw_only=True)
class ObjectStore:
    """An emulated S3 and one of its clients."""

    endpoint: str
    s3: Any

    def put(self, bucket: str, key: str, body: bytes = b"x") -> None:
        self.s3.put_object(Bucket=bucket, Key=key, Body=body)

    def keys(self, bucket: str) -> list[str]:
        return [each["Key"] for each in self.s3.list_objects_v2(Bucket=bucket).get("Contents", ())]

    def body(self, bucket: str, key: str) -> bytes:
        body: bytes = self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return body


@contextmanager
def object_store(*buckets: str, region: str = "us-east-1") -> Iterator[ObjectStore]:
    """Serves moto's S3 with these buckets, empty, while the block runs."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        s3 = aws_client("s3", endpoint=f"http://{host}:{port}", region=region)
        for bucket in buckets:
            _empty(s3, bucket)
        yield ObjectStore(endpoint=f"http://{host}:{port}", s3=s3)
    finally:
        server.stop()


def _empty(s3: Any, bucket: str) -> None:
    """All servers of a process share what moto knows."""
    s3.create_bucket(Bucket=bucket)
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for each in page.get("Contents", ()):
            s3.delete_object(Bucket=bucket, Key=each["Key"])
