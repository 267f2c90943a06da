"""Which rows of a file share a key: columns in, places of the rows to leave out, exact, at 24 bytes a row.

Twice through the same rows in the same order. The first time digests are kept, in buckets so that no large one is ever
searched at once; then the keys that came more than once are known, and the second time each of their rows can be told
at once: the first of a key stays, an equal one is left out and counted, one with other values is set aside.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from marshal import dumps
from typing import Any

from data_validator.reasons import Check, Refusal

KEY_BYTES, ROW_BYTES = 16, 8
ENTRY_BYTES = KEY_BYTES + ROW_BYTES
BUCKETS = 256
# 572 MB of digests, a third of the function's memory: 1 GB of rows of 43 bytes, narrower than the ERP's sales.
MAX_ROWS = 25_000_000
# 100 MB of repeated keys.
MAX_REPEATED = 1_000_000


@dataclass(frozen=True, slots=True)
class Repeats:
    """Places, in a chunk, of rows that equal an earlier one, and of rows that contradict one."""

    equal: set[int] = field(default_factory=set)
    contradicting: set[int] = field(default_factory=set)


class KeyBook:
    """The keys of one file; ``key`` are the positions of its columns, none of them: no two rows are ever the same."""

    def __init__(self, key: Sequence[int], *, max_rows: int = MAX_ROWS, max_repeated: int = MAX_REPEATED) -> None:
        self._key, self._max_rows, self._max_repeated = key, max_rows, max_repeated
        self._buckets = [bytearray() for _ in range(BUCKETS if key else 0)]
        self._rows = 0
        self._repeated: dict[bytes, bytes | None] = {}

    def note(self, columns: Sequence[Sequence[Any]]) -> None:
        """Keep the digests of a chunk's rows, the first time through."""
        if not self._key:
            return
        for key, row in self._digests(columns):
            bucket = self._buckets[key[0]]
            bucket += key
            bucket += row
            self._rows += 1
        if self._rows > self._max_rows:
            raise Refusal(
                Check.KEYS,
                expected=f"at most {self._max_rows} rows with a key; split the file",
                observed="more rows than the memory for their keys holds",
            )

    def close(self) -> tuple[int, int]:
        """How many rows equal an earlier one and how many contradict one; then `repeats` may be asked."""
        equal = contradicting = 0
        for number, bucket in enumerate(self._buckets):
            first: dict[bytes, bytes] = {}
            for start in range(0, len(bucket), ENTRY_BYTES):
                key = bytes(bucket[start : start + KEY_BYTES])
                row = bytes(bucket[start + KEY_BYTES : start + ENTRY_BYTES])
                known = first.setdefault(key, row)
                if known is not row:
                    self._repeated[key] = None
                    equal, contradicting = equal + (known == row), contradicting + (known != row)
            self._buckets[number] = bytearray()
            if len(self._repeated) > self._max_repeated:
                raise Refusal(
                    Check.KEYS,
                    expected=f"at most {self._max_repeated} keys that come more than once",
                    observed="more; the file may hold everything twice",
                )
        return equal, contradicting

    def repeats(self, columns: Sequence[Sequence[Any]]) -> Repeats:
        """The rows of a chunk that are left out, the second time through."""
        found = Repeats()
        if not self._repeated:
            return found
        for place, (key, row) in enumerate(self._digests(columns)):
            if key not in self._repeated:
                continue
            known = self._repeated[key]
            if known is None:
                self._repeated[key] = row
            elif known == row:
                found.equal.add(place)
            else:
                found.contradicting.add(place)
        return found

    def _digests(self, columns: Sequence[Sequence[Any]]) -> Iterator[tuple[bytes, bytes]]:
        """A digest of each key and of each row."""
        keys = zip(*(columns[position] for position in self._key), strict=True)
        for key, row in zip(keys, zip(*columns, strict=True), strict=True):
            yield _digest(key, KEY_BYTES), _digest(row, ROW_BYTES)


def _digest(values: tuple[Any, ...], size: int) -> bytes:
    # Version 2 writes values alone; later ones also whether an object is used elsewhere.
    return blake2b(dumps(values, 2), digest_size=size).digest()
