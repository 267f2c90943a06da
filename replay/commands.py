"""The commands, one function each: they look, say what they found, and send only when told to."""

import argparse
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from local.progress import Progress
from replay.archive import ArchiveObject, objects_of
from replay.archived_record import ArchivedRecord
from replay.estimate import estimate
from replay.failures import Redrive
from replay.interval import Interval
from replay.journal import Counts, open_journal
from replay.pace import pace_for
from replay.place import Place, ReplayError, place_of
from replay.quarantine import SetAside, ids_of
from replay.replay import Choice, Replay, events_only
from replay.stream_sender import StreamSender

DONE = 0
# As long as Firehose may keep an object open.
NOT_YET = timedelta(minutes=15)
GO_ON = "nothing was sent; is this what you want? Say it again with YES=1"


def replay(arguments: argparse.Namespace) -> int:
    place, interval = _place(arguments), Interval(start=arguments.start, end=arguments.end)
    objects = _objects(place, interval)
    if not _agreed(arguments, place, objects, events_only):
        return DONE
    counts = _run(arguments, place, objects, choice=events_only, name=f"replay-{interval.name}")
    print(f"{place.env.name}: {counts}")
    return DONE


def replay_quarantine(arguments: argparse.Namespace) -> int:
    place, interval = _place(arguments), Interval(start=arguments.start, end=arguments.end)
    wanted = SetAside(interval=interval, source=arguments.source, reason=arguments.reason)
    ids = ids_of(place.client("s3"), place.bucket("quarantine"), wanted)
    print(f"{len(ids):,} records stand in quarantine")
    if not ids:
        return DONE
    objects = _objects(place, interval)
    if not _agreed(arguments, place, objects, one_of(ids)):
        return DONE
    counts = _run(arguments, place, objects, choice=one_of(ids), name=f"replay-quarantine-{wanted.name}")
    print(f"{place.env.name}: {counts.sent:,} sent, {counts.passed_over + counts.left:,} passed over")
    return DONE


def redrive(arguments: argparse.Namespace) -> int:
    place = _place(arguments)
    sender = _sender(arguments, place)
    work = Redrive(s3=place.client("s3"), bucket=place.bucket("failures"), sender=sender)
    batches = work.batches()
    total = sum(len(work.records(batch)) for batch in batches)
    print(f"{len(batches):,} batches were given up, {total:,} records in them")
    if not batches or not arguments.yes:
        print(GO_ON if batches else "there is nothing to do")
        return DONE
    with Progress("sending", total=len(batches), unit="batches") as shown:
        repeated = 0
        for batch in batches:
            repeated += work.send(batch)
            shown.advance()
    print(f"{place.env.name}: {total:,} sent, {repeated:,} of them more than once; the batches are below done/")
    return DONE


def one_of(ids: frozenset[str]) -> Choice:
    """Chooses the records that stand in quarantine under one of these names: what came in several times, once."""
    chosen = set[str]()

    def choose(record: ArchivedRecord) -> bool:
        if ids.isdisjoint(record.ids) or record.digest in chosen:
            return False
        chosen.add(record.digest)
        return True

    return choose


def _place(arguments: argparse.Namespace) -> Place:
    place = place_of(arguments.env, endpoint=arguments.endpoint, work_dir=arguments.local_work_dir)
    place.check_account()
    return place


def _objects(place: Place, interval: Interval) -> list[ArchiveObject]:
    objects = objects_of(place.client("s3"), place.bucket("bronze"), interval, kept=place.stream_keeps)
    if interval.end > datetime.now(UTC) - NOT_YET:
        print("what arrived in the last quarter of an hour may not be archived yet; the stream has it")
    if frozen := [each for each in objects if each.is_frozen]:
        raise ReplayError(
            f"{len(frozen):,} of {len(objects):,} objects lie in {frozen[0].storage_class}, such as {frozen[0].key}: "
            "restore them first (aws s3api restore-object, or S3 Batch Operations for many), for a week"
        )
    return objects


def _agreed(arguments: argparse.Namespace, place: Place, objects: Sequence[ArchiveObject], choice: Choice) -> bool:
    """Says what would be sent, unless it is to be sent."""
    if arguments.yes and objects:
        return True
    found = estimate(place.client("s3"), place.bucket("bronze"), objects, choice)
    print(found)
    print(GO_ON if objects else "there is nothing to send: the archive has no object of that time")
    return False


def _run(
    arguments: argparse.Namespace, place: Place, objects: Sequence[ArchiveObject], *, choice: Choice, name: str
) -> Counts:
    journal = open_journal(Path(arguments.work_dir) / f"{place.env.name}-{name}.json")
    if journal.is_begun:
        print(f"going on where it was cut off, {journal.counts.sent:,} records in ({journal.path})")
    with Progress("sending") as shown:
        sender = _sender(arguments, place, shown.advance)
        work = Replay(
            s3=place.client("s3"), bucket=place.bucket("bronze"), sender=sender, journal=journal, choice=choice
        )
        return work.run(objects)


def _sender(
    arguments: argparse.Namespace, place: Place, on_progress: Callable[[int], object] = lambda _: None
) -> StreamSender:
    kinesis = place.client("kinesis")
    summary = kinesis.describe_stream_summary(StreamName=place.stream)["StreamDescriptionSummary"]
    pace = pace_for(summary["OpenShardCount"], records_per_second=arguments.rate)
    return StreamSender(kinesis=kinesis, stream=place.stream, pace=pace, on_progress=on_progress)
