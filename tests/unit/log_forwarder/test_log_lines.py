import gzip
import io
import random
import tracemalloc

import pytest

from log_forwarder.log_lines import CUT_OFF, MAX_LINE_BYTES, PIECE_BYTES, TOO_LONG, LogLine, log_lines


def lines_of(content: bytes) -> list[LogLine]:
    return list(log_lines(io.BytesIO(content)))  # type: ignore[arg-type]


class Slowly(io.RawIOBase):
    """A file that hands out ``size`` bytes at a time, as a network does."""

    def __init__(self, content: bytes, size: int) -> None:
        self._content, self._size = io.BytesIO(content), size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        piece = self._content.read(min(self._size, len(buffer)))
        buffer[: len(piece)] = piece
        return len(piece)


class Endless(io.RawIOBase):
    """``count`` equal lines that nobody has in memory."""

    def __init__(self, line: bytes, count: int) -> None:
        self._line, self._left = line, len(line) * count

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        size = min(len(buffer) // len(self._line) * len(self._line), self._left)
        buffer[:size] = self._line * (size // len(self._line))
        self._left -= size
        return size


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_lines_are_numbered_as_an_editor_numbers_them(pack: type[bytes]) -> None:
    found = lines_of(pack(b"one\r\n\n  \ntwo\nthree"))
    assert [(line.number, line.content) for line in found] == [(1, b"one"), (4, b"two"), (5, b"three")]


def test_a_file_may_be_empty_and_may_begin_with_a_mark() -> None:
    assert lines_of(b"") == []
    assert lines_of(b"\xef\xbb\xbfone\n") == [LogLine(1, b"one")]


def test_several_compressed_files_one_after_the_other_are_one() -> None:
    packed = gzip.compress(b"one\n") + gzip.compress(b"two\n") + bytes(20)
    assert [line.content for line in lines_of(packed)] == [b"one", b"two"]


def test_what_lies_before_the_damage_is_read_and_the_damage_is_told() -> None:
    noise = random.Random(1).randbytes(300_000).hex().encode()  # noqa: S311
    whole = b"\n".join(noise[i : i + 100] for i in range(0, len(noise), 100))
    packed = gzip.compress(whole)
    *good, last = lines_of(packed[: len(packed) // 2])
    assert [line.content for line in good] == whole.split(b"\n")[: len(good)]
    assert len(good) > 1_000
    assert last.fault == CUT_OFF
    assert last.number == len(good) + 1


def test_a_line_without_end_is_told_and_its_head_kept() -> None:
    found = lines_of(b"one\n" + b"x" * (3 * PIECE_BYTES) + b"\nthree\n")
    assert [(line.number, line.fault) for line in found] == [(1, None), (2, TOO_LONG), (3, None)]
    assert found[1].content == b"x" * MAX_LINE_BYTES


def test_the_middle_of_a_long_line_is_not_forgotten_where_its_ends_are_blank() -> None:
    (found,) = lines_of(b"one" + b" " * MAX_LINE_BYTES + b"two" + b" " * PIECE_BYTES)
    assert found.fault == TOO_LONG


def test_lines_do_not_depend_on_how_the_bytes_arrive() -> None:
    content = b"".join(b"%d %s\n" % (number, b"x" * (number % 997)) for number in range(300))
    expected = lines_of(content)
    for size in (1, 7, 4_096):
        assert list(log_lines(Slowly(content, size))) == expected


def test_memory_does_not_grow_with_the_file() -> None:
    tracemalloc.start()
    count = sum(1 for _ in log_lines(Endless(b"x" * 249 + b"\n", 100_000)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 100_000
    assert peak < 4 * 1024 * 1024
