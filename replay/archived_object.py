"""What one object of the archive holds: its key in, the records as they came out, whichever format it has.

An object of lines is streamed. One of Parquet is read as a whole, for its index stands at its end: as large as the
buffer it was made of, 128 MB at most. Its rows come out of it a few at a time.
"""

from base64 import b64decode
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from arro3.io import read_parquet

from config.event_archive import PARQUET_ARCHIVE_PREFIX
from replay.archive import lines_of
from replay.archived_record import ArchivedRecord, records_of, whole_record

ROWS_AT_ONCE = 1_000


def archived_records(s3: Any, bucket: str, key: str) -> Iterator[ArchivedRecord]:
    """The records of one object, in order. Their bytes are those that came in."""
    if key.startswith(PARQUET_ARCHIVE_PREFIX):
        return _rows(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    return records_of(lines_of(s3, bucket, key))


def _rows(parquet: bytes) -> Iterator[ArchivedRecord]:
    for batch in read_parquet(BytesIO(parquet), batch_size=ROWS_AT_ONCE):
        rows = zip(batch.column("data").to_pylist(), batch.column("partition_key").to_pylist(), strict=True)
        for data, partition_key in rows:
            yield whole_record(b64decode(data, validate=True), partition_key=partition_key)
