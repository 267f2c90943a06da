"""Which shards may be read: after a reshard, a child waits until its parents are read to their end.

Records of one partition key move from a parent to a child, so their order survives only this way.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_kinesis import KinesisClient
    from mypy_boto3_kinesis.type_defs import ShardTypeDef


@dataclass(frozen=True, kw_only=True)
class Shard:
    """One shard as ListShards describes it; a closed one takes no new records."""

    shard_id: str
    parents: tuple[str, ...] = ()
    closed: bool = False


def readable(shards: Iterable[Shard], finished: Collection[str]) -> list[Shard]:
    """The unfinished shards whose parents are finished; a parent no longer listed has expired and holds nothing."""
    by_id = {shard.shard_id: shard for shard in shards}
    waiting_for = {parent for parent in by_id if parent not in finished}
    return [
        shard
        for shard in by_id.values()
        if shard.shard_id not in finished and not waiting_for.intersection(shard.parents)
    ]


def shards_of(kinesis: "KinesisClient", stream_arn: str) -> list[Shard]:
    """All shards of the stream, closed ones included."""
    pages = kinesis.get_paginator("list_shards").paginate(StreamARN=stream_arn)
    return [_shard(described) for page in pages for described in page["Shards"]]


def _shard(described: "ShardTypeDef") -> Shard:
    parents = (described.get("ParentShardId"), described.get("AdjacentParentShardId"))
    return Shard(
        shard_id=described["ShardId"],
        parents=tuple(parent for parent in parents if parent),
        closed="EndingSequenceNumber" in described["SequenceNumberRange"],
    )
