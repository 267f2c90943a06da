"""Rows of a JSON file, one object per line or all in one list: text in, chunks of values by column out.

Numbers with a fraction come as `Decimal`. A member that the contract neither takes nor ignores breaks its row.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import IO, Any

import ijson

from data_validator.file_contract import FileContract
from data_validator.json_decoder import line_decoder
from data_validator.reasons import Check, Refusal, RowReason
from data_validator.rows import CHUNK_ROWS, BrokenRow, Chunk
from data_validator.texts import BOM, LONGEST_LINE, Lines, byte_order_mark, unending
from shared.rejection import Reason, Rejection
from shared.strict_json import parsed_object


@dataclass(frozen=True, slots=True)
class BrokenText:
    """A row that is none, and all of its text."""

    rejection: Rejection
    text: str


# What a row comes as: a value for each taken column, or why there is none, with the row's text.
Row = Sequence[Any] | BrokenText


class JsonRows:
    """Reads one file; ``is_list`` tells one big list from an object per line."""

    def __init__(self, text: IO[str], contract: FileContract, *, is_list: bool) -> None:
        self._known = frozenset({taken.path[0] for taken in contract.taken} | {*contract.ignored})
        # A path ends where a list may be; what is meant inside it is looked up for the columns it concerns.
        paths = [_before_list(taken.path) for taken in contract.taken]
        self._values = [_value_of(path) for path in paths]
        self._in_lists = {
            place: _value_of(taken.path[len(path) :])
            for place, (taken, path) in enumerate(zip(contract.taken, paths, strict=True))
            if len(path) < len(taken.path)
        }
        self._decode = line_decoder(paths, contract.ignored)
        self._rows = self._of_list(text) if is_list else self._of_lines(text)

    def chunks(self) -> Iterator[Chunk]:
        """All rows."""
        line = 1
        while rows := list(islice(self._rows, CHUNK_ROWS // 4)):  # an object takes more room than its line
            lines: Sequence[int] = range(line, line + len(rows))
            line += len(rows)
            broken = [
                BrokenRow(at, row.rejection, row.text)
                for at, row in zip(lines, rows, strict=True)
                if isinstance(row, BrokenText)
            ]
            if broken:
                lines = [at for at, row in zip(lines, rows, strict=True) if not isinstance(row, BrokenText)]
                rows = [row for row in rows if not isinstance(row, BrokenText)]
            columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * len(self._values)
            for place, value_of in self._in_lists.items():
                columns[place] = [value_of(value) for value in columns[place]]
            yield Chunk(lines, columns, broken)

    def _taken(self, row: dict[str, Any]) -> Row:
        """A row's values, if it has no member beside those that the contract takes or ignores."""
        if not row.keys() <= self._known:
            # Their names may be anything, also personal.
            unknown = len(row.keys() - self._known)
            rejection = Rejection(RowReason.UNKNOWN_MEMBER, f"members that the contract does not name: {unknown}")
            return BrokenText(rejection, json.dumps(row, default=str))
        return tuple(value_of(row) for value_of in self._values)

    def _of_lines(self, text: IO[str]) -> Iterator[Row]:
        decode = self._decode
        for line in Lines(text):
            if not (bare := line.strip()):
                continue
            try:
                yield decode(bare)
            except (ValueError, AttributeError, RecursionError):
                yield self._strictly(bare)

    def _strictly(self, line: str) -> Row:
        try:
            return self._taken(parsed_object(line.encode(errors="surrogatepass"), self._known))
        except Rejection as rejection:
            return BrokenText(rejection.bare(), line)

    def _of_list(self, text: IO[str]) -> Iterator[Row]:
        # Half a surrogate pair comes out of this parser as a question mark.
        source = _Utf8(text)
        elements = ijson.items(source, "item", use_float=False, map_type=_Members)
        try:
            source.check_list()
            for element in elements:
                source.rested = 0
                yield self._element(element)
        except (ijson.JSONError, RecursionError) as error:
            raise Refusal(Check.FORM, expected="one JSON list of objects", observed=type(error).__name__) from error

    def _element(self, element: Any) -> Row:
        if not isinstance(element, _Members):
            return BrokenText(Rejection(Reason.NOT_OBJECT, "expected a JSON object"), json.dumps(element, default=str))
        if element.repeats:
            rejection = Rejection(Reason.DUPLICATE_KEY, "a member stands twice in the same object")
            return BrokenText(rejection, json.dumps(element, default=str))
        return self._taken(element)


class _Members(dict[str, Any]):
    """An object that remembers whether a member came twice."""

    repeats = False

    def __setitem__(self, name: str, value: Any) -> None:
        if name in self:
            self.repeats = True
        super().__setitem__(name, value)


class _Utf8:
    """Text as the bytes a parser asks for; counts those since the last element."""

    def __init__(self, text: IO[str]) -> None:
        self._text, self._head, self.rested = text, "", 0

    def check_list(self) -> None:
        """Refusal if the text does not begin with a list."""
        while not self._head.strip() and (piece := self._text.read(1024)):
            self._head += piece
        if self._head.startswith(BOM):
            raise byte_order_mark()
        if not self._head.lstrip().startswith("["):
            raise Refusal(Check.FORM, expected="one JSON list of objects", observed="something else")

    def read(self, size: int = -1) -> bytes:
        if size == 0:  # the parser asks so whether it gets bytes
            return b""
        self.rested += size
        if self.rested > LONGEST_LINE:
            raise unending(LONGEST_LINE)
        head, self._head = self._head, ""
        return (head or self._text.read(size)).encode(errors="surrogatepass")


def _before_list(path: tuple[str, ...]) -> tuple[str, ...]:
    """The path up to the first number, a place in a list."""
    return tuple(takewhile(lambda name: not name.isdecimal(), path))


def _value_of(path: Sequence[str]) -> Callable[[Any], Any]:
    """A function from an object or a list to the value at ``path``, None where there is none."""

    def value(found: Any) -> Any:
        for name in path:
            if isinstance(found, dict):
                found = found.get(name)
            elif isinstance(found, list) and name.isdecimal() and int(name) < len(found):
                found = found[int(name)]
            else:
                return None
        return found

    return value
