"""Rows of one shard and hour, and the table with a row per event: rows in, the arrays and objects of a table out."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from arro3.core import Array

from shared.runtime_contract import Contract
from shared.table_object import LakeObject, TableFormat, object_key

# How long after an event its record may arrive without being called late.
LATE_US = 30 * 86_400 * 1_000_000
# What every row ends with, after the family's own columns and _extra.
ARRIVAL_COLUMNS = ("late", "_sequence_number", "_arrival_ts", "_shard_id")
DISTINCT = ("event_id", "occurred_at", "_extra", "_sequence_number", "_arrival_ts")

Content = tuple[Any, ...]
Line = tuple[Any, ...]


class EventRows:
    """Rows in stream order, with the lines of each if the family has such."""

    def __init__(self) -> None:
        self.contents: list[Content] = []
        self.lines: list[Line] = []
        self.sequence_numbers: list[str] = []
        self.arrivals_us: list[int] = []
        self.occurred_us: list[int] = []

    @cached_property
    def late(self) -> list[bool]:
        """Which rows arrived long after they happened."""
        if max(self.arrivals_us) - min(self.occurred_us) <= LATE_US:  # nearly always
            return [False] * len(self.contents)
        return [
            arrived - occurred > LATE_US for arrived, occurred in zip(self.arrivals_us, self.occurred_us, strict=True)
        ]


class EventTable:
    """The table of a family with one row per event; ``columns`` are those of a `Content`, in order."""

    def __init__(self, contract: Contract, *, columns: Sequence[str], distinct: Sequence[str] = ()) -> None:
        self.name = contract.name
        self._columns = columns
        every = (*columns, *ARRIVAL_COLUMNS)
        self._format = TableFormat(
            contract, columns=every, distinct=[name for name in (*DISTINCT, *distinct) if name in every]
        )

    def arrays(self, rows: EventRows, shard_id: str) -> dict[str, Array]:
        """Each column of the table."""
        count = len(rows.contents)
        columns = zip(self._columns, zip(*rows.contents, strict=True), strict=True)
        arrays = {name: self._format.array(name, values) for name, values in columns}
        arrays["late"] = self._format.array("late", rows.late)
        arrays["_sequence_number"] = self._format.array("_sequence_number", rows.sequence_numbers)
        arrays["_arrival_ts"] = self._format.array("_arrival_ts", rows.arrivals_us)
        arrays["_shard_id"] = self._format.array("_shard_id", [shard_id] * count)
        return arrays

    def lake_object(self, arrays: Mapping[str, Array], rows: EventRows, *, hour: int, shard_id: str) -> LakeObject:
        """The object of these arrays; ``hour`` counts from 1970."""
        return lake_object(self.name, self._format.parquet(arrays), rows, hour=hour, shard_id=shard_id)


def lake_object(
    table: str, body: bytes, rows: EventRows, *, hour: int, shard_id: str, row_count: int | None = None
) -> LakeObject:
    """An object of silver, named after the records inside."""
    key = object_key(table, hour, shard_id, rows.sequence_numbers)
    count = len(rows.contents)
    row_count = count if row_count is None else row_count
    return LakeObject(zone="silver", table=table, key=key, body=body, records=count, rows=row_count)
