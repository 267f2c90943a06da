"""What becomes of a file: each way in which it is not as agreed refuses it whole, and nothing of it stays in silver."""

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from config.file_format import FileFormat
from data_validator import texts
from tests.unit.data_validator.validator_fakes import QUARANTINE, SILVER
from tests.unit.data_validator.visit_files import (
    COLUMNS,
    CSV,
    HEADER,
    JSON_GOOD,
    PARTITIONS,
    csv_file,
    json_lines,
    row,
    rows,
    visit_world,
    visits,
)

UTF16 = FileFormat(kind="csv", encoding="utf-16", **CSV)
LINES, LIST = FileFormat(kind="json_lines"), FileFormat(kind="json")
PLAIN = FileFormat(kind="csv", delimiter="+|", row_end="&|\n", quote=None, header=False, columns=HEADER, **CSV)
WHOLE = csv_file(*rows(5))
BUT_LAST = HEADER[:-1]

REFUSED: list[tuple[str, Any, str, bytes]] = [
    ("nothing at all", None, "header", b""),
    ("a column missing", None, "header", csv_file(row()[:-1], header=BUT_LAST)),
    ("an unknown column", None, "header", csv_file([*row(), "x"], header=[*HEADER, "surprise"])),
    ("a column twice", None, "header", csv_file([*row(), "x"], header=[*HEADER, "born"])),
    ("no header", None, "header", csv_file(*rows(3), header=row(id="9"))),
    ("another encoding", None, "encoding", WHOLE.replace(b"all well", "café".encode("latin-1"))),
    ("an encoding that breaks late", None, "encoding", csv_file(*rows(30_000)) + b"\xff"),
    ("a byte order mark", None, "encoding", b"\xef\xbb\xbf" + WHOLE),
    ("UTF-16", None, "encoding", WHOLE.decode().encode("utf-16")),
    ("UTF-8 instead of UTF-16", visits(UTF16), "encoding", WHOLE + b"x"),
    ("no gzip", visits(FileFormat(kind="csv", compression="gzip", **CSV)), "compression", WHOLE),
    (
        "half a gzip",
        visits(FileFormat(kind="csv", compression="gzip", **CSV)),
        "compression",
        gzip.compress(WHOLE)[:-9],
    ),
    ("a quote left open", None, "form", csv_file(row()) + b'2,"open\n' + csv_file(*rows(3))),
    ("a quote over rows", None, "form", csv_file(row()) + b'2,"open\n3,x\n4",y\n'),
    ("too many bad rows", None, "error_share", csv_file(*rows(4), *rows(5, code="??"))),
    ("too few rows", visits(min_rows=6), "row_count", WHOLE),
    ("too many rows", visits(max_rows=4), "row_count", WHOLE),
    ("no JSON list", visits(LIST), "form", json_lines(JSON_GOOD)),
    ("half a JSON list", visits(LIST), "form", f"[{json.dumps(JSON_GOOD)}, {{".encode()),
    ("a list with NaN", visits(LIST), "form", b'[{"id": NaN}]'),
    ("a list with a byte order mark", visits(LIST), "encoding", b"\xef\xbb\xbf[]"),
    ("lines with a byte order mark", visits(LINES), "encoding", b"\xef\xbb\xbf{}"),
    ("no lines", visits(LINES), "row_count", b""),
    ("plain rows with a byte order mark", visits(PLAIN), "encoding", b"\xef\xbb\xbf1+|"),
]


@pytest.mark.parametrize(("source", "check", "body"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_a_file_that_is_not_as_agreed_is_refused_whole(tmp_path: Path, source: Any, check: str, body: bytes) -> None:
    world = visit_world(tmp_path, source)
    verdict = world.land("visits/a.csv", body)
    assert (verdict["outcome"], verdict["refused_by"]) == ("refused", check)
    (failed,) = [found for found in verdict["checks"] if not found["passed"] and found["check"] != "freshness"]
    assert failed["check"] == check
    assert failed["expected"]
    assert failed["observed"]
    assert (verdict["rows"]["stored"], verdict["rows"]["quarantined"], verdict["keys"]) == (0, 0, {})
    assert world.s3.written(SILVER) == world.s3.written(QUARANTINE) == {}
    assert [kept["sha256"] for kept in world.s3.verdicts()] == [verdict["sha256"]]


def test_a_gzip_bomb_and_a_file_too_large_are_refused_with_the_remedy(tmp_path: Path) -> None:
    world = visit_world(tmp_path, max_bytes=100_000)
    for name, body in {"a.csv": csv_file(*rows(2_000)), "b.csv.gz": gzip.compress(b"\0" * 1_000_000)}.items():
        verdict = world.land(f"visits/{name}", body)
        (failed,) = [found for found in verdict["checks"] if not found["passed"] and found["check"] != "freshness"]
        assert failed["check"] == "size"
        assert "split the file" in failed["expected"]


@pytest.mark.parametrize(
    "source", [None, visits(LINES), visits(LIST), visits(PLAIN)], ids=["csv", "lines", "list", "plain"]
)
def test_a_row_without_end_is_not_read_into_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: Any
) -> None:
    monkeypatch.setattr(texts, "LONGEST_LINE", 10_000)
    monkeypatch.setattr("data_validator.json_rows.LONGEST_LINE", 100_000)
    kind = source.format.kind if source else "csv"
    start = {"csv": "id,", "json_lines": '{"id": "', "json": '[{"id": "'}[kind]
    verdict = visit_world(tmp_path, source).land("visits/a", (start + "x" * 3_000_000).encode())
    assert (verdict["refused_by"], verdict["rows"]["read"]) == ("form", 0)


def test_columns_are_found_by_name_in_any_order_beside_ignored_ones(tmp_path: Path) -> None:
    order = [*reversed(HEADER), "remark"]
    values = dict(zip(HEADER, row(), strict=True)) | {"remark": "not taken"}
    world = visit_world(tmp_path)
    verdict = world.land("visits/a.csv", csv_file([values[name] for name in order], header=order))
    assert [(stored["visit_id"], stored["code"], stored["note"]) for stored in world.rows()] == [
        (1, "AB12", "all well")
    ]
    assert "another order" in next(found["observed"] for found in verdict["checks"] if found["check"] == "header")


FORMATS: list[tuple[str, FileFormat, bytes]] = [
    ("gzip by name", FileFormat(kind="csv", **CSV), gzip.compress(WHOLE)),
    ("UTF-8 with mark", FileFormat(kind="csv", encoding="utf-8-sig", **CSV), b"\xef\xbb\xbf" + WHOLE),
    ("UTF-16", UTF16, WHOLE.decode().encode("utf-16")),
    ("Windows", FileFormat(kind="csv", encoding="cp1252", **CSV), WHOLE.replace(b"\n", b"\r\n")),
    ("no header", FileFormat(kind="csv", header=False, columns=HEADER, **CSV), WHOLE.partition(b"\n")[2]),
    (
        "no last line end",
        FileFormat(kind="csv", **CSV),
        WHOLE.rstrip(b"\n"),
    ),
    (
        "several characters",
        PLAIN,
        "&|\n".join("+|".join(values) for values in rows(5)).encode() + b"&|\n",
    ),
    (
        "several characters between columns",
        FileFormat(kind="csv", delimiter="||", quote=None, **CSV),
        "\r\n".join("||".join(values) for values in [HEADER, *rows(5)]).encode(),
    ),
]


@pytest.mark.parametrize(("form", "body"), [case[1:] for case in FORMATS], ids=[case[0] for case in FORMATS])
def test_rows_are_the_same_however_they_are_written(tmp_path: Path, form: FileFormat, body: bytes) -> None:
    world = visit_world(tmp_path, visits(form))
    name = "visits/a.csv.gz" if body.startswith(b"\x1f\x8b") else "visits/a.csv"
    assert world.land(name, body)["rows"]["stored"] == 5
    assert [(stored["visit_id"], str(stored["amount"])) for stored in world.rows()] == [
        (number, "1234.50") for number in range(1, 6)
    ]


def test_rows_lie_in_the_month_of_the_date_they_are_partitioned_by(tmp_path: Path) -> None:
    days = ["2026-10-31", "2026-11-01", "2026-10-01", "1999-12-31", "2031-01-01"]
    world = visit_world(tmp_path, columns=[*COLUMNS, *PARTITIONS], partition_by="day")
    verdict = world.land("visits/a.csv", csv_file(*(row(id=str(at), day=day) for at, day in enumerate(days, 1))))
    assert verdict["keys"]["silver"] == [
        f"visits/{month}/{verdict['sha256'][:32]}-00000.parquet"
        for month in ("year=2026/month=10", "year=2026/month=11")
    ]
    assert [stored["visit_id"] for stored in world.rows(below="visits/year=2026/month=10/")] == [1, 3]
    assert world.quarantined() == [(4, "out_of_range"), (5, "bad_timestamp")]


def test_parts_are_cut_by_rows_and_hold_every_row_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data_validator.parts.PART_ROWS", 10_000)
    world = visit_world(tmp_path)
    verdict = world.land("visits/a.csv", csv_file(*rows(30_000)))
    assert len(verdict["keys"]["silver"]) == 2
    assert [stored["_source_line"] for stored in world.rows()] == list(range(1, 30_001))


def test_partitions_that_wait_are_bounded_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data_validator.parts.WAITING_BYTES", 1_000_000)
    world = visit_world(tmp_path, columns=[*COLUMNS, *PARTITIONS], partition_by="day")
    days = [f"2026-{month:02d}-01" for month in range(1, 13)]
    body = csv_file(*(row(id=str(at), day=days[at % 12]) for at in range(1, 30_001)))
    verdict = world.land("visits/a.csv", body)
    assert len(verdict["keys"]["silver"]) > 12
    assert sorted(stored["_source_line"] for stored in world.rows()) == list(range(1, 30_001))


@pytest.mark.parametrize(("hours", "passed"), [(None, True), (1, False)])
def test_a_file_that_waited_too_long_is_stored_with_a_warning(tmp_path: Path, hours: int | None, passed: bool) -> None:
    source = visits(schedule="hourly", freshness_hours=hours)
    verdict = visit_world(tmp_path, source).land("visits/a.csv", WHOLE)
    (fresh,) = [found for found in verdict["checks"] if found["check"] == "freshness"]
    assert verdict["outcome"] == "accepted"
    assert fresh["passed"] is passed


def checks_of(verdict: Mapping[str, Any]) -> Sequence[str]:
    return [found["check"] for found in verdict["checks"]]


def test_an_accepted_file_names_every_check_and_the_contract(tmp_path: Path) -> None:
    verdict = visit_world(tmp_path).land("visits/a.csv", WHOLE)
    assert checks_of(verdict) == [
        "size",
        "compression",
        "encoding",
        "form",
        "header",
        "row_count",
        "keys",
        "error_share",
        "freshness",
    ]
    assert (verdict["contract_version"], verdict["bytes"], len(verdict["rules"])) == ("1.0.0", len(WHOLE), 16)
