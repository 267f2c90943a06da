"""Finds and opens a shop's CSV files by day: a folder goes in, files in order of their day and their rows come out.

Only the form is judged here: names, compression, encoding, header, number of fields. Every ValueError names the file,
the line, what stands there and what to do about it.
"""

import csv
import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

COLUMNS = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")
NAME = re.compile(r"(\d{4}-\d{2}-\d{2})\.csv(\.gz)?", re.IGNORECASE)
# Where the files lie when the folder given is the one above: of this data set, or of all data sets.
BELOW = (".", "by_day", "online_retail/by_day")


@dataclass(frozen=True, kw_only=True)
class DayFile:
    """The file of one day."""

    day: date
    path: Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line of a file: its number, and its fields by column without blanks at their ends."""

    line: int
    fields: dict[str, str]


def find_day_files(folder: Path) -> tuple[DayFile, ...]:
    """The files ``YYYY-MM-DD.csv`` or ``.csv.gz`` of the folder, or of a folder `BELOW` it, by day."""
    if not folder.is_dir():
        raise ValueError(f"{folder}: no such folder; give the folder of the CSV files named YYYY-MM-DD.csv or .csv.gz")
    for below in BELOW:
        if files := _day_files(folder / below):
            return files
    places = ", ".join(BELOW)
    raise ValueError(f"{folder}: no file named YYYY-MM-DD.csv or .csv.gz here (looked in {places}); give their folder")


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of one file; blank lines are none, further columns are not read."""
    reader = csv.reader(_lines(path), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        _check_header(path, header)
        for values in reader:
            if not values:
                continue
            if len(values) != len(header):
                raise ValueError(
                    f"{path}, line {reader.line_num}: {len(values)} fields, the header has {len(header)}; "
                    "put a field that holds a comma or a line break into double quotes"
                )
            fields = {name: value.strip() for name, value in zip(header, values, strict=True)}
            yield Row(line=reader.line_num, fields=fields)
    except csv.Error as error:
        raise ValueError(f"{path}, line {reader.line_num}: not CSV ({error}); check quotes and line ends") from error


def _day_files(folder: Path) -> tuple[DayFile, ...]:
    if not folder.is_dir():
        return ()
    found: dict[date, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or not path.name.lower().endswith((".csv", ".csv.gz")):
            continue
        day = _day_of(path)
        if day in found:
            raise ValueError(f"{path}: {found[day].name} is the same day and would count twice; keep one of them")
        found[day] = path
    return tuple(DayFile(day=day, path=found[day]) for day in sorted(found))


def _day_of(path: Path) -> date:
    if match := NAME.fullmatch(path.name):
        try:
            return date.fromisoformat(match[1])
        except ValueError as error:
            raise ValueError(f"{path}: {match[1]} is no day of the calendar; rename the file") from error
    raise ValueError(f"{path}: its name is no day, so its orders would be lost; name it YYYY-MM-DD.csv")


def _lines(path: Path) -> Iterator[str]:
    number = 0
    try:
        with gzip.open(path) if path.name.lower().endswith(".gz") else path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                yield _decode(path, number, line)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"{path}, after line {number}: cannot be read ({error}); fetch the file again") from error


def _decode(path: Path, number: int, line: bytes) -> str:
    try:
        return line.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path}, line {number}: byte 0x{line[error.start]:02x} at position {error.start + 1} is not UTF-8; "
            "convert the file, for example with iconv -f CP1252 -t UTF-8"
        ) from error


def _check_header(path: Path, header: list[str]) -> None:
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise ValueError(f"{path}, line 1: no column {', '.join(missing)}; the header must name {','.join(COLUMNS)}")
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise ValueError(f"{path}, line 1: column {', '.join(twice)} stands there twice; keep one")
