import io
import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from arro3.core import Array, DataType, RecordBatch
from arro3.io import write_parquet

from replay.archived_record import ArchivedRecord
from replay.commands import one_of
from replay.failures import Redrive
from replay.interval import Interval
from replay.pace import Pace
from replay.place import ReplayError
from replay.quarantine import SetAside, ids_of
from replay.stream_sender import Outgoing, StreamSender, _record

START = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
INTERVAL = Interval(start=START, end=START + timedelta(hours=1))
GIVEN_UP = "aws/lambda/mapping/shardId-000000000000/2026/11/23/x"


class Bucket:
    def __init__(self, objects: dict[str, bytes]) -> None:
        self.objects = objects

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803, ARG002
        return {"Body": io.BytesIO(self.objects[Key])}

    def copy_object(self, *, Bucket: str, Key: str, CopySource: dict[str, str]) -> None:  # noqa: N803, ARG002
        self.objects[Key] = self.objects[CopySource["Key"]]

    def delete_object(self, *, Bucket: str, Key: str) -> None:  # noqa: N803, ARG002
        del self.objects[Key]

    def get_paginator(self, _: str) -> "Bucket":
        return self

    def paginate(self, *, Bucket: str, Prefix: str, Delimiter: str = "") -> list[dict[str, Any]]:  # noqa: N803, ARG002
        keys = [key for key in self.objects if key.startswith(Prefix)]
        if Delimiter:
            return [{"CommonPrefixes": [{"Prefix": f"{Prefix}{name}/"} for name in ("events",)]}]
        return [{"Contents": [{"Key": key, "Size": len(self.objects[key])} for key in keys]}]


class Stream:
    def __init__(self) -> None:
        self.taken: list[tuple[bytes, str]] = []

    def put_records(self, *, StreamName: str, Records: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803, ARG002
        self.taken += [(record["Data"], record["PartitionKey"]) for record in Records]
        return {"Records": [{} for _ in Records]}


def rows(*found: tuple[str, str, str, datetime]) -> bytes:
    ids, sources, reasons, arrivals = zip(*found, strict=True)
    moments = Array([int(arrival.timestamp() * 1_000_000) for arrival in arrivals], DataType.int64())
    batch = RecordBatch(
        {
            "record_id": Array(ids, DataType.utf8()),
            "source": Array(sources, DataType.utf8()),
            "reason": Array(reasons, DataType.utf8()),
            "_arrival_ts": moments.cast(DataType.timestamp("us")),
        }
    )
    file = io.BytesIO()
    write_parquet(batch, file)
    return file.getvalue()


def quarantine() -> Bucket:
    minute = timedelta(minutes=1)
    return Bucket(
        {
            "quarantine/events/year=2026/month=11/day=23/hour=10/a": rows(
                ("early", "order_event", "bad_format", START - minute),
                ("a", "order_event", "bad_format", START),
                ("b", "order_event", "not_json", START + minute),
            ),
            "quarantine/events/year=2026/month=11/day=23/hour=11/b": rows(
                ("c", "shop_event", "bad_format", START + 50 * minute),
                ("late", "shop_event", "bad_format", INTERVAL.end),
            ),
        }
    )


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [({}, {"a", "b", "c"}), ({"source": "order_event"}, {"a", "b"}), ({"reason": "bad_format"}, {"a", "c"})],
    ids=["all", "source", "reason"],
)
def test_the_ids_of_what_was_set_aside_in_the_interval(wanted: dict[str, str], ids: set[str]) -> None:
    assert ids_of(quarantine(), "quarantine", SetAside(interval=INTERVAL, **wanted)) == ids


def test_a_record_is_chosen_by_its_id_or_its_digest_and_the_same_bytes_once() -> None:
    first, digested = ArchivedRecord(data=b"1", event_id="e-1"), ArchivedRecord(data=b"2", event_id=None)
    other, unknown = ArchivedRecord(data=b"3", event_id="e-1"), ArchivedRecord(data=b"4", event_id="e-4")
    choose = one_of(frozenset({"e-1", digested.digest}))
    assert [choose(record) for record in (first, first, digested, other, unknown)] == [True, False, True, True, False]


def redrive(document: dict[str, Any]) -> tuple[Redrive, Bucket, Stream]:
    bucket, stream = Bucket({GIVEN_UP: json.dumps(document).encode()}), Stream()
    pace = Pace(records_per_second=1e9, bytes_per_second=1e12)
    return (
        Redrive(s3=bucket, bucket="failures", sender=StreamSender(kinesis=stream, stream="events", pace=pace)),
        bucket,
        stream,
    )


def given_up(*, as_text: bool = False, stream: str = "events") -> dict[str, Any]:
    kinesis = [{"data": b64encode(data).decode(), "partitionKey": key} for data, key in ((b"\xff1", "k"), (b"2", "l"))]
    payload: Any = {"Records": [{"kinesis": each} for each in kinesis]}
    return {
        "KinesisBatchInfo": {"streamArn": f"arn:aws:kinesis:eu-west-1:1:stream/{stream}"},
        "payload": json.dumps(payload) if as_text else payload,
    }


@pytest.mark.parametrize("as_text", [False, True], ids=["object", "text"])
def test_a_batch_goes_back_byte_for_byte_with_its_keys_and_is_done(as_text: bool) -> None:
    work, bucket, stream = redrive(given_up(as_text=as_text))
    (batch,) = work.batches()
    work.send(batch)
    assert stream.taken == [(b"\xff1", "k"), (b"2", "l")]
    assert list(bucket.objects) == [f"done/{GIVEN_UP}"]
    assert work.batches() == []


@pytest.mark.parametrize(
    ("document", "problem"),
    [(given_up(stream="other"), "is of stream 'other'"), (given_up() | {"payload": None}, "has no payload")],
    ids=["stream", "payload"],
)
def test_what_is_no_batch_of_this_stream_is_refused_and_stays(document: dict[str, Any], problem: str) -> None:
    work, bucket, stream = redrive(document)
    with pytest.raises(ReplayError, match=problem):
        work.send(work.batches()[0])
    assert not stream.taken
    assert list(bucket.objects) == [GIVEN_UP]


def test_a_record_at_the_streams_limit_gets_a_key_that_fits() -> None:
    made = _record(Outgoing(data=b"x" * (1024 * 1024 - 3), key="order_placed-536365"))
    assert 1 <= len(made.partition_key) <= 3
    assert _record(Outgoing(data=b"x", key="")).partition_key
