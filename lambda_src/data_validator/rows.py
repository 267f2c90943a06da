"""Rows as they were read, a few thousand at a time and by column: what every reader hands on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.rejection import Rejection

CHUNK_ROWS = 8_192


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that could not be taken apart; ``text`` is all of it."""

    line: int
    rejection: Rejection
    text: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """``columns`` in the contract's order, a value for each of ``lines``. Lines count rows from 1, also broken ones."""

    lines: Sequence[int]
    columns: Sequence[Sequence[Any]]
    broken: Sequence[BrokenRow]
