"""The slow, strict reading of a record: bytes in, a JSON object out that can be stored, or a `Rejection`.

It sees what a fast decoder does not show: a member that stands twice, half surrogate pairs, NULs, nesting without end.
"""

import json
import re
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any, NoReturn

from shared.rejection import Reason, Rejection

KPL_MAGIC = b"\xf3\x89\x9a\xc2"  # https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md
MAX_DEPTH = 64
UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def parsed_object(raw: bytes, known: Collection[str]) -> dict[str, Any]:
    """The record's JSON object, floats as `Decimal`. A detail repeats ``known`` names only: others may be personal."""
    document = _parsed(_text(raw), known)
    if not isinstance(document, dict):
        raise Rejection(Reason.NOT_OBJECT, "expected a JSON object")
    for text in _strings(document):
        if found := UNSTORABLE.search(text):
            if found[0] == "\0":
                raise Rejection(Reason.NUL_BYTE, "a text holds the character NUL")
            raise Rejection(Reason.BAD_UNICODE, "a text holds half of a surrogate pair")
    return document


def _text(raw: bytes) -> str:
    if raw.startswith(KPL_MAGIC):
        raise Rejection(Reason.KPL_AGGREGATED, "expected one event; switch the producer's aggregation off")
    if json.detect_encoding(raw) != "utf-8":
        raise Rejection(Reason.BAD_ENCODING, "expected UTF-8 without byte order mark")
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise Rejection(Reason.BAD_ENCODING, f"expected UTF-8, byte {error.start} is not") from error
    if "\0" in text:
        raise Rejection(Reason.NUL_BYTE, f"character {text.index(chr(0))} is NUL")
    return text


def _parsed(text: str, known: Collection[str]) -> Any:
    unique = partial(_unique, known)
    try:
        return json.loads(text, object_pairs_hook=unique, parse_constant=_not_finite, parse_float=_exact)
    except RecursionError as error:
        raise _too_deep() from error
    except json.JSONDecodeError as error:
        raise Rejection(Reason.NOT_JSON, f"{error.msg}: character {error.pos} of {len(text)}") from error
    except Rejection:
        raise
    except ValueError as error:  # Python reads no integer of more than 4,300 digits
        raise Rejection(Reason.NOT_JSON, "a number has too many digits to be read") from error


def _unique(known: Collection[str], pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name, value in pairs:
        if name in members:
            shown = name if name in known else "a member"
            raise Rejection(Reason.DUPLICATE_KEY, f"{shown} stands twice in the same object")
        members[name] = value
    return members


def _not_finite(_: str) -> NoReturn:
    raise Rejection(Reason.NOT_FINITE, "expected finite numbers only")


def _exact(literal: str) -> Decimal:
    if abs(float(literal)) == float("inf"):
        raise Rejection(Reason.NOT_FINITE, "a number is too large for any float")
    try:
        return Decimal(literal)
    except InvalidOperation as error:
        raise Rejection(Reason.OUT_OF_RANGE, "a number is too small for any decimal") from error


def _strings(document: Any) -> Iterable[str]:
    """Every name and text of the document, level by level: recursion would end where it should answer."""
    level, depth = [document], 0
    while level:
        if depth > MAX_DEPTH:
            raise _too_deep()
        below: list[Any] = []
        for value in level:
            if isinstance(value, str):
                yield value
            elif isinstance(value, dict):
                yield from value
                below.extend(value.values())
            elif isinstance(value, list):
                below.extend(value)
        level, depth = below, depth + 1


def _too_deep() -> Rejection:
    return Rejection(Reason.TOO_DEEP, f"expected at most {MAX_DEPTH} levels of nesting")
