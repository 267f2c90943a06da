import gzip
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config import Environment, EventStreamSize
from replay.archive import ArchiveObject, objects_of
from replay.interval import Interval, moment
from replay.journal import open_journal
from replay.pace import Pace, pace_for
from replay.place import Place
from replay.replay import Replay
from replay.stream_sender import StreamSender

START = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
INTERVAL = Interval(start=START, end=START + timedelta(hours=1))
WEEK = timedelta(days=7)
NAME = "ecommerce-local-event-archive-1"
UUID = "2d59212a-9423-4340-a918-bcc2023890e8"


def key_of(oldest: datetime) -> str:
    return f"events/{oldest:year=%Y/month=%m/day=%d/hour=%H}/{NAME}-{oldest:%Y-%m-%d-%H-%M-%S}-{UUID}.gz"


def event(number: int) -> bytes:
    return json.dumps({"event_id": f"e-{number}", "event_type": "order_placed"}).encode()


class Bucket:
    """Objects by key, with the time they were written."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[bytes, datetime]] = {}
        self.listed = 0

    def put(self, oldest: datetime, records: list[bytes], *, written: datetime | None = None) -> str:
        body = gzip.compress(b"".join(record + b"\n" for record in records))
        self.objects[key_of(oldest)] = body, written or oldest + timedelta(minutes=5)
        return key_of(oldest)

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803, ARG002
        return {"Body": io.BytesIO(self.objects[Key][0])}

    def get_paginator(self, _: str) -> "Bucket":
        return self

    def paginate(self, *, Bucket: str, Prefix: str) -> list[dict[str, Any]]:  # noqa: N803, ARG002
        self.listed += 1
        listed = [
            {"Key": key, "Size": len(body), "LastModified": written}
            for key, (body, written) in self.objects.items()
            if key.startswith(Prefix)
        ]
        return [{"Contents": listed}]


class Stream:
    """Takes records until it dies."""

    def __init__(self, *, dies_after: int = 1_000_000) -> None:
        self.taken: list[bytes] = []
        self.keys: list[str] = []
        self.dies_after = dies_after

    def put_records(self, *, StreamName: str, Records: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803, ARG002
        if len(self.taken) >= self.dies_after:
            raise KeyboardInterrupt
        self.taken += [record["Data"] for record in Records]
        self.keys += [record["PartitionKey"] for record in Records]
        return {"Records": [{} for _ in Records]}


def replay(bucket: Bucket, stream: Stream, journal: Path) -> Replay:
    pace = Pace(records_per_second=1e9, bytes_per_second=1e12)
    sender = StreamSender(kinesis=stream, stream="events", pace=pace)
    return Replay(s3=bucket, bucket="bronze", sender=sender, journal=open_journal(journal))


def test_an_object_counts_if_it_can_hold_a_record_of_the_interval() -> None:
    bucket, minute = Bucket(), timedelta(minutes=1)
    wanted = [
        bucket.put(START - 20 * minute, [], written=START),  # begun before, written when it began
        bucket.put(START, []),
        bucket.put(INTERVAL.end - minute, [], written=INTERVAL.end + 60 * minute),
    ]
    wanted.insert(0, bucket.put(START - timedelta(hours=20), [], written=START + minute))  # Firehose was behind
    bucket.put(START - 20 * minute - timedelta(seconds=1), [], written=START - 2 * minute)
    bucket.put(INTERVAL.end, [])
    assert [each.key for each in objects_of(bucket, "bronze", INTERVAL, kept=WEEK)] == wanted


@pytest.mark.parametrize(("behind", "kept"), [(timedelta(days=2, hours=23), WEEK), (WEEK, WEEK), (4 * WEEK, 4 * WEEK)])
def test_what_firehose_wrote_after_it_stood_still_is_found_as_long_as_the_stream_kept_it(
    behind: timedelta, kept: timedelta
) -> None:
    bucket = Bucket()
    backlog = bucket.put(START - behind, [event(1)], written=INTERVAL.end + timedelta(hours=1))
    assert [each.key for each in objects_of(bucket, "bronze", INTERVAL, kept=kept)] == [backlog]


def test_it_looks_back_as_far_as_the_environments_stream_keeps_records() -> None:
    env = Environment(name="test", account_id="1" * 12, event_stream=EventStreamSize(retention_hours=336))
    assert Place(env=env, endpoint=None).stream_keeps == 2 * WEEK


def test_to_look_back_for_a_week_takes_a_listing_a_day_and_format() -> None:
    bucket = Bucket()
    objects_of(bucket, "bronze", INTERVAL, kept=WEEK)
    assert bucket.listed == 2 * 8


def test_an_object_may_be_open_for_a_while_after_its_oldest_record_had_expired() -> None:
    bucket = Bucket()
    midnight = START.replace(hour=0, minute=0)
    interval = Interval(start=midnight, end=midnight + timedelta(hours=1))
    backlog = bucket.put(midnight - WEEK - timedelta(minutes=15), [event(1)], written=midnight)
    assert [each.key for each in objects_of(bucket, "bronze", interval, kept=WEEK)] == [backlog]


def test_it_sends_the_events_and_leaves_what_stands_in_quarantine(tmp_path: Path) -> None:
    bucket, stream = Bucket(), Stream()
    bucket.put(START, [event(1), b"no json", event(2), b'{"no": "id"}'])
    counts = replay(bucket, stream, tmp_path / "j").run(objects_of(bucket, "bronze", INTERVAL, kept=WEEK))
    assert stream.taken == [event(1), event(2)]
    assert stream.keys == ["e-1", "e-2"]
    assert (counts.sent, counts.left, counts.repeated, counts.passed_over) == (2, 2, 0, 0)


def test_cut_off_it_goes_on_where_it_was_and_nothing_is_left_out(tmp_path: Path) -> None:
    bucket = Bucket()
    for number in range(3):
        bucket.put(START + timedelta(minutes=number), [event(number * 2_000 + each) for each in range(2_000)])
    objects, journal = objects_of(bucket, "bronze", INTERVAL, kept=WEEK), tmp_path / "journal.json"
    first, second = Stream(dies_after=3_200), Stream()
    with pytest.raises(KeyboardInterrupt):
        replay(bucket, first, journal).run(objects)
    assert journal.exists()
    counts = replay(bucket, second, journal).run(objects)
    assert sorted(first.taken + second.taken) == sorted(event(number) for number in range(6_000))
    assert counts.sent == 6_000
    assert not journal.exists()


def test_without_an_offset_a_time_is_utc() -> None:
    assert moment("2011-01-05T10:00") == moment("2011-01-05T12:00+02:00") == datetime(2011, 1, 5, 10, tzinfo=UTC)
    with pytest.raises(ValueError, match="is not before TO"):
        Interval(start=START, end=START)


def test_it_keeps_to_a_quarter_of_what_the_shards_take() -> None:
    now = [0.0]
    pace = pace_for(2)
    pace.clock, pace.sleep = lambda: now[0], lambda seconds: now.__setitem__(0, now[0] + seconds)
    for _ in range(10):
        pace.wait(records=500, size=1_000)
    assert now[0] == pytest.approx(10.0)
    pace.wait(records=1, size=1024 * 1024)
    assert now[0] == pytest.approx(12.0)


def test_an_archived_object_in_an_archive_class_is_known_before_it_is_read() -> None:
    frozen = ArchiveObject(key=key_of(START), size=1, written=START, storage_class="DEEP_ARCHIVE")
    assert frozen.is_frozen
    assert frozen.oldest_arrival == START
