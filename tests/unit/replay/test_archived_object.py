"""Both formats of the archive, written as Firehose writes them: are the records in it those that came?"""

import gzip
import json
from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from arro3.core import Array, DataType, RecordBatch
from arro3.io import write_parquet
from hypothesis import given
from hypothesis import strategies as st

from archive_envelope.envelope import row
from replay.archive import objects_of
from replay.archived_object import archived_records
from replay.archived_record import ArchivedRecord
from replay.commands import one_of
from replay.estimate import estimate
from replay.interval import Interval
from replay.journal import open_journal
from replay.pace import Pace
from replay.replay import Choice, Replay, events_only
from replay.stream_sender import StreamSender

START = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
INTERVAL = Interval(start=START, end=START + timedelta(hours=1))
HOUR = f"{START:year=%Y/month=%m/day=%d/hour=%H}"
NAME = f"archive-1-{START:%Y-%m-%d-%H-%M-%S}-2d59212a-9423-4340-a918-bcc2023890e8"
PARQUET, LINES = f"events_parquet/{HOUR}/{NAME}.parquet", f"events/{HOUR}/{NAME}.gz"

Came = Sequence[tuple[bytes, str]]


def event(number: int, **members: object) -> bytes:
    return json.dumps({"event_id": f"e-{number}", "event_type": "order_placed", **members}).encode()


def parquet(records: Came) -> bytes:
    """An object of rows, as the function makes them of what Firehose hands over."""
    rows = [
        row({"data": b64encode(data).decode(), "kinesisRecordMetadata": {"partitionKey": key}}) for data, key in records
    ]
    names = ("data", "partition_key", "shard_id", "sequence_number", "arrival_ts")
    arrays = {name: Array([each[name] for each in rows], DataType.utf8()) for name in names}
    file = BytesIO()
    write_parquet(RecordBatch.from_arrays([*arrays.values()], names=[*arrays]), file, compression="gzip(6)")
    return file.getvalue()


class Bucket:
    """Objects by key, all written five minutes after their oldest record."""

    def __init__(self, **objects: bytes) -> None:
        self.objects = objects

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803, ARG002
        return {"Body": BytesIO(self.objects[Key])}

    def get_paginator(self, _: str) -> "Bucket":
        return self

    def paginate(self, *, Bucket: str, Prefix: str) -> list[dict[str, Any]]:  # noqa: N803, ARG002
        written = START + timedelta(minutes=5)
        found = [(key, body) for key, body in self.objects.items() if key.startswith(Prefix)]
        return [{"Contents": [{"Key": key, "Size": len(body), "LastModified": written} for key, body in found]}]


class Stream:
    def __init__(self) -> None:
        self.taken: list[tuple[bytes, str]] = []

    def put_records(self, *, StreamName: str, Records: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803, ARG002
        self.taken += [(record["Data"], record["PartitionKey"]) for record in Records]
        return {"Records": [{} for _ in Records]}


def replayed(bucket: Bucket, folder: Path, choice: Choice = events_only) -> list[tuple[bytes, str]]:
    stream = Stream()
    pace = Pace(records_per_second=1e9, bytes_per_second=1e12)
    sender = StreamSender(kinesis=stream, stream="events", pace=pace)
    work = Replay(s3=bucket, bucket="bronze", sender=sender, journal=open_journal(folder / "j"), choice=choice)
    work.run(objects_of(bucket, "bronze", INTERVAL, kept=timedelta(days=7)))
    return stream.taken


@given(st.lists(st.tuples(st.binary(max_size=200), st.text(min_size=1, max_size=30)), max_size=30))
def test_from_parquet_any_bytes_and_any_key_come_back(came: Came) -> None:
    found = archived_records(Bucket(**{PARQUET: parquet(came)}), "bronze", PARQUET)
    assert [(record.data, record.partition_key) for record in found] == came


def test_it_is_sent_with_the_key_it_came_with_and_what_is_no_event_is_left(tmp_path: Path) -> None:
    came = [(event(1, note="a\nb é"), "ключ"), (b"no json", "k"), (b'{"no": "id"}', "k"), (event(2), "e" * 256)]
    assert replayed(Bucket(**{PARQUET: parquet(came)}), tmp_path) == [came[0], came[3]]


def test_after_a_change_of_format_both_are_read(tmp_path: Path) -> None:
    bucket = Bucket(**{PARQUET: parquet([(event(2), "key")]), LINES: gzip.compress(event(1) + b"\n")})
    objects = objects_of(bucket, "bronze", INTERVAL, kept=timedelta(days=7))
    assert [(each.key, each.oldest_arrival) for each in objects] == [(LINES, START), (PARQUET, START)]
    assert replayed(bucket, tmp_path) == [(event(1), "e-1"), (event(2), "key")]
    assert estimate(bucket, "bronze", objects, events_only).records == 2


def test_what_stands_in_quarantine_is_found_by_its_bytes_even_over_several_lines(tmp_path: Path) -> None:
    broken, other = b'{"event_id": "e-1"\n\n broken\n', b"\xff other"
    digest = ArchivedRecord(data=broken, event_id=None).digest
    bucket = Bucket(**{PARQUET: parquet([(other, "o"), (broken, "b"), (event(3), "c"), (broken, "b")])})
    chosen = one_of(frozenset({digest, "e-3"}))
    assert replayed(bucket, tmp_path, chosen) == [(broken, "b"), (event(3), "c")]


def test_a_row_whose_bytes_are_no_base64_is_not_sent_as_something_else() -> None:
    file = BytesIO()
    columns = [Array([text], DataType.utf8()) for text in ("no base64!", "k")]
    write_parquet(RecordBatch.from_arrays(columns, names=["data", "partition_key"]), file)
    with pytest.raises(ValueError, match="base64"):
        list(archived_records(Bucket(**{PARQUET: file.getvalue()}), "bronze", PARQUET))


@pytest.mark.parametrize("rows", [0, 1, 1_000, 2_500])
def test_of_an_object_of_any_size_every_row_is_read(rows: int) -> None:
    came = [(event(number), str(number)) for number in range(rows)]
    found = archived_records(Bucket(**{PARQUET: parquet(came)}), "bronze", PARQUET)
    assert [(record.event_id, record.partition_key) for record in found] == [(f"e-{n}", str(n)) for n in range(rows)]
