"""A record of the stream as a delivery stream reads it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class ArrivedRecord:
    """``arrived_at`` in seconds since 1970."""

    data: bytes
    partition_key: str
    shard_id: str
    sequence_number: str
    arrived_at: float
