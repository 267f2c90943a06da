"""Personal data leaves a file as tokens only: the same as everywhere, in silver, and nowhere in clear."""

import json
from pathlib import Path
from typing import Any

import pytest

from config.file_format import FileFormat
from shared.tokens import Tokens
from tests.unit.data_validator.validator_fakes import BRONZE, QUARANTINE, SILVER
from tests.unit.data_validator.validator_world import KEY, World, package, world
from tests.unit.data_validator.visit_files import (
    COLUMNS,
    HEADER,
    JSON_GOOD,
    csv_file,
    json_lines,
    row,
    rows,
    visit_world,
    visits,
)

# Without id, e-mail address and date of birth.
IMPERSONAL = COLUMNS[2:-1]
PLANTED = ("jane", "roe@", "555-0142", "5550142", "203.0.113", "roe-", "05-14")


def texts_of(world: World) -> str:
    """Everything that can be read outside the landed files."""
    verdicts = [body.decode() for key, body in world.s3.written(BRONZE).items() if key.startswith("_verdicts/")]
    tables = json.dumps([world.rows(zone) for zone in (SILVER, QUARANTINE)], default=str)
    # As text in the bytes too: statistics and metadata are no columns.
    raw = b"".join(body for zone in (SILVER, QUARANTINE) for body in world.s3.written(zone).values())
    return f"{tables}{verdicts}{raw.decode(errors='replace')}".lower()


def planted_in(world: World) -> list[str]:
    texts = texts_of(world)
    return [planted for planted in PLANTED if planted in texts]


@pytest.mark.parametrize("spelling", ["Jane.Roe@example.org", " jane.roe@EXAMPLE.org ", "ｊane.roe@example.org"])  # noqa: RUF001
def test_a_value_has_the_token_it_has_everywhere_however_it_is_written(tmp_path: Path, spelling: str) -> None:
    world = visit_world(tmp_path)
    world.land("visits/a.csv", csv_file(row(email=spelling)))
    assert [stored["email_token"] for stored in world.rows()] == [Tokens(KEY).of("email")("jane.roe@example.org")]


BROKEN_ROWS: list[list[str]] = [
    row(code="??"),
    row(email="jane.roe@example.org" + "x" * 40),
    [*row(), "Jane Roe"],
    row(note="call Jane.Roe@example.org", code="??"),
    row(id="2", note="first"),
    row(id="2", note="second, 203.0.113.9"),
    ["Jane Roe"],
    row(code="??", born="Roe-Jane"),
    [*row()[:1], *row()[:-1]],
    row(code="jane", colour="jane", note="j", amount="jane", rate="jane", pages="jane", is_new="jane", seen_at="jane"),
]


@pytest.mark.parametrize("broken", BROKEN_ROWS)
def test_rows_that_are_set_aside_show_no_personal_data(tmp_path: Path, broken: list[str]) -> None:
    world = visit_world(tmp_path)
    world.land("visits/a.csv", csv_file(row(), row(id="2"), broken, row(id="4")))
    assert len(world.rows(QUARANTINE)) == 1
    assert planted_in(world) == []


@pytest.mark.parametrize(
    "line",
    [
        '{"id": 1, "email": "jane.roe@example.org", ',
        json.dumps({**JSON_GOOD, "full_name": "Jane Roe"}),
        json.dumps({**JSON_GOOD, "email": {"private": "jane.roe@example.org"}}),
        json.dumps({**JSON_GOOD, "remark": "Jane Roe", "code": "??"}),
        json.dumps(["Jane Roe"]),
    ],
)
def test_objects_that_are_set_aside_show_no_personal_data(tmp_path: Path, line: str) -> None:
    world = visit_world(tmp_path, visits(FileFormat(kind="json_lines")))
    world.land("visits/a", json_lines({**JSON_GOOD, "id": 5}) + line.encode())
    assert len(world.rows(QUARANTINE)) == 1
    assert planted_in(world) == []


def test_addresses_in_remarks_are_masked_in_silver_too(tmp_path: Path) -> None:
    world = visit_world(tmp_path)
    remark = "ask jane.roe@example.org or (212) 555-0142"
    world.land("visits/a.csv", csv_file(row(note=remark), row(id="2", note="white 10x12.5 cm, no 85123A")))
    assert planted_in(world) == []
    notes = [stored["note"] for stored in world.rows()]
    assert "[email " in notes[0]
    assert notes[1] == "white 10x12.5 cm, no 85123A"


@pytest.mark.parametrize(
    "body",
    [
        csv_file(row(), header=row(note="Jane Roe")),
        csv_file(row(), row(), header=["Jane Roe", *row()[1:]]),
        csv_file(row()).replace(b"all well", b"Jane \xff Roe"),
        csv_file(row(code="jane"), row(id="Jane Roe")),
        csv_file(row()) + b'2,"Jane Roe\n3',
    ],
)
def test_a_refusal_tells_no_value_of_the_file(tmp_path: Path, body: bytes) -> None:
    world = visit_world(tmp_path, visits(error_threshold=0))
    assert world.land("visits/a.csv", body)["outcome"] == "refused"
    assert planted_in(world) == []


def test_what_is_not_personal_can_be_read_where_a_row_was_set_aside(tmp_path: Path) -> None:
    world = visit_world(tmp_path)
    world.land("visits/a.csv", csv_file(row(), row(id="2", code="??", note="a remark")))
    (aside,) = world.rows(QUARANTINE)
    payload: dict[str, Any] = json.loads(aside["payload"])
    assert (payload["code"], payload["note"], payload["day"]) == ("[2 characters]", "a remark", "2026-11-01")
    assert payload["email"] == f"[email {Tokens(KEY).of('email')('jane.roe@example.org')}]"
    assert (aside["source"], aside["file"], aside["line"]) == ("visits", "visits/a.csv", 2)
    assert aside["row_id"] == f"{aside['_file_sha256']}:2"


def test_of_a_date_that_is_set_aside_only_the_part_that_is_stored_can_be_read(tmp_path: Path) -> None:
    world = visit_world(tmp_path)
    world.land("visits/a.csv", csv_file(*rows(2), row(id="3", code="??"), row(id="4", code="??", born="05/14/80")))
    payloads = [json.loads(aside["payload"]) for aside in world.rows(QUARANTINE)]
    assert [payload["born"] for payload in payloads] == [1980, "[8 characters]"]


def test_a_date_of_which_a_part_is_stored_makes_a_source_personal(tmp_path: Path) -> None:
    world = visit_world(tmp_path, columns=COLUMNS[2:])
    world.land("visits/a.csv", csv_file(*[line[2:] for line in (row(), row(code="jane"))], header=HEADER[2:]))
    assert planted_in(world) == []
    assert len(world.rows(QUARANTINE)) == 1


@pytest.mark.parametrize(
    ("bad", "born"),
    [
        ("11001,MR.,JANE,ROE,8/5/1965,M,X,roe@example.org,$60000 ,2,Bachelors,Professional,Y", 1965),
        ("11001,MR.,,JANE,ROE,8/5/1965,M,M,roe@example.org,$60000 ,2,Bachelors,Professional", "[3 characters]"),
    ],
    ids=["an unknown gender", "shifted by a column"],
)
def test_a_customer_of_the_crm_who_is_set_aside_shows_neither_name_nor_day_of_birth(
    tmp_path: Path, bad: str, born: object
) -> None:
    header = (
        "CustomerKey,Prefix,FirstName,LastName,BirthDate,MaritalStatus,Gender,EmailAddress,AnnualIncome,TotalChildren,"
        "EducationLevel,Occupation,HomeOwner"
    )
    good = [
        f'{key},MR.,ANN,POE,4/8/1966,M,F,poe@example.org,"$90,000 ",2,Bachelors,Professional,Y'
        for key in range(12_000, 12_200)
    ]
    crm = world(package(tmp_path / "contracts"))
    crm.land("crm_customers/a.csv", "\r\n".join([header, *good, bad, ""]).encode())
    (aside,) = crm.rows(QUARANTINE)
    for secret in ("jane", "roe", "8/5"):
        assert secret not in aside["payload"].lower()
    assert json.loads(aside["payload"])["BirthDate"] == born


def test_in_a_source_without_personal_columns_a_value_can_be_read_that_breaks_its_rule(tmp_path: Path) -> None:
    world = visit_world(tmp_path, columns=IMPERSONAL)
    world.land("visits/a.csv", csv_file(*[line[2:-1] for line in (row(), row(code="??"))], header=HEADER[2:-1]))
    (aside,) = world.rows(QUARANTINE)
    assert json.loads(aside["payload"])["code"] == "??"


def test_a_payload_is_bounded(tmp_path: Path) -> None:
    world = visit_world(tmp_path, columns=IMPERSONAL)
    world.land("visits/a.csv", csv_file(*[line[2:-1] for line in (row(), row(note="é" * 50_000))], header=HEADER[2:-1]))
    (aside,) = world.rows(QUARANTINE)
    assert 9_990 <= len(aside["payload"].encode()) <= 10_000
