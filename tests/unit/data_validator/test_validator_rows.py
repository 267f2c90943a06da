"""What becomes of a row: its values as stored, or its reason; each broken rule alone among good rows."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from config.file_format import FileFormat
from tests.unit.data_validator.validator_fakes import QUARANTINE, SILVER
from tests.unit.data_validator.visit_files import GOOD, JSON_GOOD, csv_file, json_lines, row, rows, visit_world, visits

STORED = {
    "visit_id": 1,
    "code": "AB12",
    "colour": "red",
    "note": "all well",
    "amount": Decimal("1234.50"),
    "rate": 0.25,
    "pages": 7,
    "is_new": True,
    "day": date(2026, 11, 1),
    "seen_at": datetime(2026, 11, 1, 8),  # noqa: DTZ001  Athena has no zones
    "birth_year": 1980,
    "_source_file": "visits/a.csv",
    "_source_line": 1,
    "_arrival_ts": datetime(2026, 11, 23, 6, 30),  # noqa: DTZ001
}
BROKEN: list[tuple[Mapping[str, str], str]] = [
    ({"id": ""}, "missing_field"),
    ({"id": "12.0"}, "wrong_type"),
    ({"id": "１２"}, "wrong_type"),  # noqa: RUF001  digits of another script
    ({"id": "0"}, "out_of_range"),
    ({"id": "9" * 19}, "out_of_range"),
    ({"email": "x" * 41}, "bad_format"),
    ({"code": "ab12"}, "bad_format"),
    ({"code": "NA"}, "missing_field"),
    ({"colour": "green"}, "bad_format"),
    ({"note": "x"}, "bad_format"),
    ({"note": "x" * 61}, "bad_format"),
    ({"note": "a\0b"}, "nul_byte"),
    ({"amount": "-0.01"}, "out_of_range"),
    ({"amount": "1.005"}, "out_of_range"),
    ({"amount": "1e3"}, "wrong_type"),
    ({"rate": "1.5"}, "out_of_range"),
    ({"rate": "nan"}, "wrong_type"),
    ({"rate": "1e999"}, "not_finite"),
    ({"pages": "2147483648"}, "out_of_range"),
    ({"pages": "seven"}, "wrong_type"),
    ({"is_new": "yes"}, "wrong_type"),
    ({"day": "2026-02-30"}, "bad_timestamp"),
    ({"day": "1999-12-31"}, "out_of_range"),
    ({"day": "01/02/2026"}, "bad_timestamp"),
    ({"seen_at": "yesterday"}, "bad_timestamp"),
    ({"born": "1980"}, "bad_timestamp"),
]
BROKEN_JSON: list[tuple[str, str]] = [
    ("{", "not_json"),
    ("[1]", "not_object"),
    ('"text"', "not_object"),
    (json.dumps({**JSON_GOOD, "id": "12"}), "wrong_type"),
    (json.dumps({**JSON_GOOD, "id": True}), "wrong_type"),
    (json.dumps({**JSON_GOOD, "id": 2**63}), "out_of_range"),
    (json.dumps({**JSON_GOOD, "code": 12}), "wrong_type"),
    (json.dumps({**JSON_GOOD, "code": ["AB12"]}), "wrong_type"),
    (json.dumps({**JSON_GOOD, "rate": "0.5"}), "wrong_type"),
    (json.dumps({**JSON_GOOD, "note": "\ud800 half"}), "bad_unicode"),
    (json.dumps({**JSON_GOOD, "note": "nul \0 in"}), "nul_byte"),
    (json.dumps({**JSON_GOOD, "surprise": 1}), "unknown_member"),
    ('{"id": 1, "id": 2, "code": "AB12", "day": "2026-11-01"}', "duplicate_key"),
    ('{"id": NaN}', "not_finite"),
    ('{"id": ' + "[" * 100_000, "too_deep"),
]
BROKEN_LINES = [("json_lines", line, reason) for line, reason in BROKEN_JSON]
# In a list nobody can say where the next object begins: what is no JSON refuses the file. Half a surrogate pair comes
# out of the parser as a question mark.
WHOLE_LIST = ("not_json", "not_finite", "too_deep", "bad_unicode")
BROKEN_ELEMENTS = [("json", line, reason) for line, reason in BROKEN_JSON if reason not in WHOLE_LIST]


def test_a_good_row_is_stored_as_the_contract_types_it(tmp_path: Path) -> None:
    world = visit_world(tmp_path)
    verdict = world.land("visits/a.csv", csv_file(row()))
    (stored,) = world.rows()
    assert {name: stored[name] for name in STORED} == STORED
    assert stored["_file_sha256"] == verdict["sha256"]
    assert len(stored["email_token"]) == 32


@pytest.mark.parametrize(("changes", "reason"), BROKEN)
def test_a_row_that_breaks_one_rule_is_set_aside_for_it_alone(
    tmp_path: Path, changes: Mapping[str, str], reason: str
) -> None:
    world = visit_world(tmp_path)
    broken = row(**{"id": "3", **changes})
    verdict = world.land("visits/a.csv", csv_file(*rows(2), broken, row(id="4")))
    assert world.quarantined() == [(3, reason)]
    assert [stored["_source_line"] for stored in world.rows()] == [1, 2, 4]
    assert verdict["rows"] == {"read": 4, "bad": 1, "stored": 3, "quarantined": 1, "duplicates": 0}
    assert verdict["reasons"] == {reason: 1}


@pytest.mark.parametrize("value", ["", "NA", "  ", " NA "])
def test_texts_that_mean_null_are_null(tmp_path: Path, value: str) -> None:
    world = visit_world(tmp_path)
    world.land("visits/a.csv", csv_file(row(colour=value, amount=value, email=value, pages="none", born=value)))
    (stored,) = world.rows()
    names = ("colour", "amount", "email_token", "pages", "birth_year")
    assert [stored[name] for name in names] == [None] * 5


def test_text_comes_through_as_it_was(tmp_path: Path) -> None:
    texts = ["naïve ☕ 🫖", "שלום", 'a "quoted", one', "two\nlines", " kept blanks "]
    world = visit_world(tmp_path)
    world.land("visits/a.csv", csv_file(*(row(id=str(at), note=text) for at, text in enumerate(texts, 1))))
    assert [stored["note"] for stored in world.rows()] == texts


@pytest.mark.parametrize("values", [[*row(id="2"), "extra"], row(id="2")[:-1], ["2"]])
def test_a_row_with_too_many_or_too_few_columns_is_set_aside(tmp_path: Path, values: list[str]) -> None:
    world = visit_world(tmp_path)
    world.land("visits/a.csv", csv_file(row(), values, row(id="3")))
    assert world.quarantined() == [(2, "column_count")]
    assert [stored["visit_id"] for stored in world.rows()] == [1, 3]


def test_a_broken_quote_costs_its_own_row_only(tmp_path: Path) -> None:
    world = visit_world(tmp_path)
    body = csv_file(row(), row(id="3")).decode().splitlines()
    world.land("visits/a.csv", "\n".join([*body[:2], '2,"jane"@example.org,AB12', body[2]]).encode())
    assert world.quarantined() == [(2, "bad_quotes")]
    assert [(stored["visit_id"], stored["_source_line"]) for stored in world.rows()] == [(1, 1), (3, 3)]


def test_blank_lines_are_no_rows(tmp_path: Path) -> None:
    world = visit_world(tmp_path)
    world.land("visits/a.csv", csv_file(row(), row(id="2")).replace(b"\n", b"\r\n\r\n"))
    assert [stored["_source_line"] for stored in world.rows()] == [1, 2]


@pytest.mark.parametrize(("kind", "line", "reason"), [*BROKEN_LINES, *BROKEN_ELEMENTS])
def test_a_broken_object_is_set_aside_for_its_reason(tmp_path: Path, kind: Any, line: str, reason: str) -> None:
    world = visit_world(tmp_path, visits(FileFormat(kind=kind)))
    texts = [json.dumps({**JSON_GOOD, "id": 11}), line, json.dumps({**JSON_GOOD, "id": 13})]
    body = "\n".join(texts) if kind == "json_lines" else f"[{', '.join(texts)}]"
    world.land("visits/a.json", body.encode())
    assert world.quarantined() == [(2, reason)]
    assert [stored["visit_id"] for stored in world.rows()] == [11, 13]


@pytest.mark.parametrize("kind", ["json_lines", "json"])
def test_objects_are_stored_as_the_contract_types_them(tmp_path: Path, kind: Any) -> None:
    world = visit_world(tmp_path, visits(FileFormat(kind=kind)))
    body = json_lines(JSON_GOOD) if kind == "json_lines" else json.dumps([JSON_GOOD]).encode()
    world.land("visits/a.csv", body)
    (stored,) = world.rows()
    assert {name: stored[name] for name in STORED} == STORED


@pytest.mark.parametrize(("amount", "expected"), [(0.1, "0.10"), ("0.1", "0.10"), (3, "3.00"), (1e2, "100.00")])
def test_amounts_of_json_are_exact(tmp_path: Path, amount: Any, expected: str) -> None:
    for kind in ("json_lines", "json"):
        world = visit_world(tmp_path / kind, visits(FileFormat(kind=kind)))
        text = json.dumps({**JSON_GOOD, "amount": amount})
        world.land("visits/a", (text if kind == "json_lines" else f"[{text}]").encode())
        assert [stored["amount"] for stored in world.rows()] == [Decimal(expected)]


def test_a_value_is_found_by_its_path_through_objects_and_lists(tmp_path: Path) -> None:
    columns = (
        {"name": "id", "type": "int", "required": True},
        {"name": "city", "type": "string", "sourceName": "addresses.0.city"},
        {"name": "level", "type": "int", "sourceName": "club.level"},
    )
    world = visit_world(tmp_path, visits(FileFormat(kind="json_lines")), columns=columns)
    documents = [
        {"id": 1, "addresses": [{"city": "York"}, {"city": "Bath"}], "club": {"level": 3}},
        {"id": 2, "addresses": [], "club": None},
        {"id": 3, "addresses": "none", "club": {"name": "x"}},
    ]
    world.land("visits/a", json_lines(*documents))
    assert [(stored["city"], stored["level"]) for stored in world.rows()] == [("York", 3), (None, None), (None, None)]


def test_only_bad_rows_leave_no_empty_file_in_silver(tmp_path: Path) -> None:
    world = visit_world(tmp_path, visits(error_threshold=0.99, min_rows=0))
    verdict = world.land("visits/a.csv", csv_file(*rows(50, code="??"), row(id="51")))
    assert verdict["outcome"] == "accepted"
    assert len(world.rows()) == 1
    assert len(world.rows(QUARANTINE)) == 50
    world.land("visits/none.csv", csv_file())
    assert len(world.s3.written(SILVER)) == 1


def test_the_verdict_shows_the_first_bad_rows_without_their_values(tmp_path: Path) -> None:
    world = visit_world(tmp_path, visits(error_threshold=0.9))
    verdict = world.land(
        "visits/a.csv", csv_file(*rows(10), *(row(id=str(at), code="Jane Roe") for at in range(11, 61)))
    )
    assert [bad["line"] for bad in verdict["bad_rows"]] == list(range(11, 31))
    assert "Jane" not in json.dumps(verdict)
    assert GOOD["email"] not in json.dumps(verdict)
