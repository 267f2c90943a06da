"""Deletes of a published table of Parquet what nobody can be reading any more."""

from collections import defaultdict
from datetime import datetime, timedelta

from lib.objects import Objects, StoredObject
from lib.snapshots import Chain, Snapshot

# The last, and the one before it: a run that was killed after its commit left the catalogue there, and whoever
# publishes next sets the catalogue right first.
ALWAYS_KEPT = 2


def oldest_kept(table: str, keep_hours: int, now: datetime) -> datetime:
    """What was replaced before this moment may go; ValueError if that would be too soon."""
    if keep_hours < 1:
        raise ValueError(f"{table}: keep_hours is {keep_hours}; at least 1, for a reader needs what it began with")
    return now - timedelta(hours=keep_hours)


def expire(objects: Objects, table: str, keep_hours: int, now: datetime) -> int:
    """Deletes versions that were replaced more than ``keep_hours`` ago, and the rows only they name; how many objects.

    What a killed run left goes when all of it is that old. The last two versions stay whatever their age.
    """
    oldest = oldest_kept(table, keep_hours, now)
    chain = Chain(objects, table)
    kept: list[Snapshot] = []
    expired: list[Snapshot] = []
    replaced_at = now
    for number in reversed(chain.numbers()):
        snapshot = chain.load(number)
        if snapshot is None or snapshot.published_at is None:
            continue
        is_kept = replaced_at >= oldest or len(kept) < ALWAYS_KEPT
        (kept if is_kept else expired).append(snapshot)
        replaced_at = snapshot.published_at
    named = {content.location for snapshot in kept for content in snapshot.partitions.values()}
    # Documents first: cut off between the two, no version would name rows that are gone.
    chain.forget([snapshot.number for snapshot in expired])
    unnamed = [
        found.key
        for found_in_run in _by_run(objects.listed(f"published/{table}/")).values()
        if all(found.modified is not None and found.modified < oldest for found in found_in_run)
        for found in found_in_run
        if found.key.rpartition("/")[0] not in named
    ]
    objects.delete(unnamed)
    return len(unnamed) + len(expired)


def _by_run(listed: list[StoredObject]) -> dict[str, list[StoredObject]]:
    runs: dict[str, list[StoredObject]] = defaultdict(list)
    for found in listed:
        runs["/".join(found.key.split("/")[:3])].append(found)
    return runs
