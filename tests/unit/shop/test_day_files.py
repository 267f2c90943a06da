import gzip
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from local.shop.day_files import find_day_files, read_rows

WriteDay = Callable[..., Path]
HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
LINE = "536365,85123A,HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom"


def test_files_come_by_day_whether_compressed_or_not(write_day: WriteDay) -> None:
    write_day("2010-12-02.CSV")
    folder = write_day("2010-12-01.csv.gz")
    assert [(file.day, file.path.name) for file in find_day_files(folder)] == [
        (date(2010, 12, 1), "2010-12-01.csv.gz"),
        (date(2010, 12, 2), "2010-12-02.CSV"),
    ]


@pytest.mark.parametrize("below", ["by_day", "online_retail/by_day"])
def test_the_folder_above_the_files_will_do(tmp_path: Path, below: str) -> None:
    (tmp_path / below).mkdir(parents=True)
    (tmp_path / below / "2010-12-01.csv").write_text(HEADER)
    assert [file.path.parent for file in find_day_files(tmp_path)] == [tmp_path / below]


def test_files_that_are_no_csv_and_hidden_files_are_left_alone(write_day: WriteDay) -> None:
    folder = write_day("2010-12-01.csv")
    (folder / "README.md").write_text("about")
    (folder / "._2010-12-01.csv").write_bytes(b"\0")
    assert len(find_day_files(folder)) == 1


def test_a_folder_without_files_says_what_they_are_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=rf"{tmp_path}: no file named YYYY-MM-DD\.csv or \.csv\.gz"):
        find_day_files(tmp_path)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"nowhere: no such folder"):
        find_day_files(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("orders.csv", "its name is no day"),
        ("2010-12-1.csv", "its name is no day"),
        ("2010-02-30.csv.gz", "2010-02-30 is no day of the calendar"),
        ("2010-12-01.csv.gz", "2010-12-01.csv is the same day"),
    ],
)
def test_a_csv_file_that_would_be_lost_or_counted_twice_is_refused(
    write_day: WriteDay, name: str, message: str
) -> None:
    write_day("2010-12-01.csv")
    with pytest.raises(ValueError, match=message):
        find_day_files(write_day(name))


def test_rows_know_their_line_and_have_no_blanks_at_their_ends(write_day: WriteDay) -> None:
    path = (
        write_day("2010-12-01.csv", '1, 22A ,"TWO  INSIDE, ""QUOTED"" ",6,2010-12-01,1,, EIRE', "", LINE)
        / "2010-12-01.csv"
    )
    first, second = read_rows(path)
    assert (first.line, second.line) == (2, 4)
    assert first.fields["StockCode"] == "22A"
    assert first.fields["Description"] == 'TWO  INSIDE, "QUOTED"'
    assert (first.fields["CustomerID"], first.fields["Country"]) == ("", "EIRE")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_byte_order_mark_makes_no_difference(write_day: WriteDay, encoding: str) -> None:
    path = write_day("2010-12-01.csv.gz", LINE, encoding=encoding) / "2010-12-01.csv.gz"
    assert [row.fields["InvoiceNo"] for row in read_rows(path)] == ["536365"]


def test_columns_may_stand_in_any_order_and_among_others(write_day: WriteDay) -> None:
    header = "Till,Country,CustomerID,UnitPrice,InvoiceDate,Quantity,Description,StockCode,InvoiceNo"
    path = write_day("2010-12-01.csv", "7,EIRE,1,2.55,2010-12-01,6,HEART,22A,536365", header=header) / "2010-12-01.csv"
    assert next(read_rows(path)).fields["InvoiceNo"] == "536365"


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (HEADER.replace(",UnitPrice", ""), "line 1: no column UnitPrice; the header must name InvoiceNo,"),
        (HEADER + ",Country", "line 1: column Country stands there twice"),
        (HEADER.replace(",", ";"), "line 1: no column InvoiceNo, StockCode"),
    ],
)
def test_a_wrong_header_is_refused(write_day: WriteDay, header: str, message: str) -> None:
    path = write_day("2010-12-01.csv", header=header) / "2010-12-01.csv"
    with pytest.raises(ValueError, match=f"{path}, {message}"):
        next(read_rows(path))


def test_an_empty_file_has_no_header(tmp_path: Path) -> None:
    path = tmp_path / "2010-12-01.csv"
    path.touch()
    with pytest.raises(ValueError, match="line 1: no column InvoiceNo"):
        next(read_rows(path))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("536365,85123A,HEART", "line 3: 3 fields, the header has 8"),
        (LINE + ",more", "line 3: 9 fields, the header has 8"),
        ('1,2,"never closed', "line 3: not CSV"),
        ('1,2,"closed" too early,6,2010-12-01,1,,EIRE', "line 3: not CSV"),
    ],
)
def test_a_broken_line_is_named(write_day: WriteDay, line: str, message: str) -> None:
    path = write_day("2010-12-01.csv", LINE, line) / "2010-12-01.csv"
    with pytest.raises(ValueError, match=f"{path}, {message}"):
        list(read_rows(path))


def test_another_encoding_is_named_with_its_place(write_day: WriteDay) -> None:
    path = write_day("2010-12-01.csv.gz", LINE, LINE.replace("HEART", "£5"), encoding="cp1252") / "2010-12-01.csv.gz"
    with pytest.raises(ValueError, match=f"{path}, line 3: byte 0xa3 at position 15 is not UTF-8; .*iconv"):
        list(read_rows(path))


def test_a_truncated_archive_is_named(write_day: WriteDay) -> None:
    path = write_day("2010-12-01.csv.gz", LINE) / "2010-12-01.csv.gz"
    path.write_bytes(path.read_bytes()[:-12])
    with pytest.raises(ValueError, match=f"{path}, after line .*: cannot be read .*; fetch the file again"):
        list(read_rows(path))


@pytest.mark.parametrize("data", [b"no archive", gzip.compress(b"x" * 9_999)[:12] + b"\xff" * 40])
def test_what_is_no_archive_is_named(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "2010-12-01.csv.gz"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=f"{path}, after line 0: cannot be read"):
        list(read_rows(path))
