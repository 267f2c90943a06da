"""A stream of bytes of unknown length into one object: small ones at once, large ones in parts.

Nothing can be seen before all bytes are there: if the stream breaks off, the parts are dropped.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from botocore.exceptions import ClientError

# S3 takes parts from 5 MiB up, and 10,000 of them: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
PART_BYTES = 16 * 1024 * 1024
TAKEN = frozenset({"PreconditionFailed", "412"})


def write_object(s3: Any, bucket: str, key: str, chunks: Iterable[bytes], *, overwrite: bool) -> None:
    """FileExistsError if the object is there and must not be overwritten."""
    # The object must not come to be between a look and the write, so S3 itself is told.
    condition = {} if overwrite else {"IfNoneMatch": "*"}
    parts = _parts(chunks)
    first = next(parts, b"")
    try:
        if (second := next(parts, None)) is None:
            s3.put_object(Bucket=bucket, Key=key, Body=first, **condition)
        else:
            _write_parts(s3, {"Bucket": bucket, "Key": key}, _again(first, second, parts), condition)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in TAKEN:
            raise FileExistsError(f"s3://{bucket}/{key} already exists") from error
        raise


def _write_parts(s3: Any, where: dict[str, str], parts: Iterable[bytes], condition: dict[str, str]) -> None:
    upload = {**where, "UploadId": s3.create_multipart_upload(**where)["UploadId"]}
    try:
        done = [
            {"PartNumber": number, "ETag": s3.upload_part(**upload, PartNumber=number, Body=part)["ETag"]}
            for number, part in enumerate(parts, start=1)
        ]
        s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": done}, **condition)
    except BaseException:
        s3.abort_multipart_upload(**upload)
        raise


def _again(first: bytes, second: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield second
    yield from rest


def _parts(chunks: Iterable[bytes]) -> Iterator[bytes]:
    waiting, size = list[bytes](), 0
    for chunk in chunks:
        waiting.append(chunk)
        size += len(chunk)
        if size >= PART_BYTES:
            yield b"".join(waiting)
            waiting, size = [], 0
    if waiting:
        yield b"".join(waiting)
