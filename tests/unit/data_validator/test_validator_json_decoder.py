"""The quick decoder says the same as the strict reading, or nothing."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_validator.json_decoder import line_decoder
from shared.rejection import Rejection
from shared.strict_json import parsed_object

PATHS = (("id",), ("name",), ("shop", "city"), ("shop", "owner", "name"), ("level",))
IGNORED = ("remark", "other name")
KNOWN = {"id", "name", "shop", "level", *IGNORED}
DECODE = line_decoder(PATHS, IGNORED)

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["name", "id"])
)
MEMBERS = st.sampled_from(["id", "name", "shop", "city", "owner", "level", "remark", "other name", "surprise"])
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.lists(st.tuples(MEMBERS, inner), max_size=5).map(tuple),
    max_leaves=15,
)


def written(value: Any) -> str:
    """JSON in which a member may stand twice: tuples of pairs are objects."""
    if isinstance(value, tuple):
        return "{" + ",".join(f"{json.dumps(name)}:{written(member)}" for name, member in value) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(written, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def strictly(line: str) -> list[Any] | None:
    """The values by the strict reading; None if it sets the line aside."""
    try:
        document = parsed_object(line.encode(errors="surrogatepass"), KNOWN)
    except Rejection:
        return None
    if not document.keys() <= KNOWN:
        return None
    values = []
    for path in PATHS:
        found: Any = document
        for name in path:
            found = found.get(name) if isinstance(found, dict) else None
        values.append(found)
    return values


@settings(deadline=None)
@given(st.lists(st.tuples(MEMBERS, DOCUMENTS), max_size=6).map(tuple) | DOCUMENTS)
def test_where_it_answers_it_answers_as_the_strict_reading_does(document: Any) -> None:
    line = written(document)
    try:
        values = DECODE(line)
    except (ValueError, AttributeError, RecursionError):
        return
    assert list(values) == strictly(line)


@pytest.mark.parametrize(
    "line",
    [
        '{"id": 1, "name": "a", "shop": {"city": "York", "owner": {"name": "b"}}, "level": 1.5, "remark": [{"x": 1}]}',
        '{"id": 1, "shop": {"city": null, "owner": {"name": "b"}, "more": 1}, "other name": "x"}',
    ],
)
def test_it_answers_for_ordinary_lines(line: str) -> None:
    assert list(DECODE(line)) == strictly(line)


def test_a_name_that_is_no_word_of_python_is_a_name_like_any_other() -> None:
    assert list(line_decoder([("a b",), ("class",)], ["1"])('{"a b": 1, "class": 2, "1": 3}')) == [1, 2]
    assert list(line_decoder([("only",)], [])('{"only": 4}')) == [4]
