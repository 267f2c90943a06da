"""What is refused rather than merged: files and rows that are not what the contract says."""

import pytest
from pyspark.sql import SparkSession
from pyspark.sql.types import IntegerType, LongType, ShortType, StringType, StructField, StructType, TimestampNTZType

from lib.change_checks import refused_columns, refused_load, refused_numbers, refused_rows
from tests.support.captured_rows import THING, Row, record

FILE = THING.file_schema


def changed(name: str, *fields: StructField) -> StructType:
    """The files' columns with ``name`` replaced by ``fields``."""
    others = [field for field in FILE if field.name != name]
    return StructType([*others, *fields])


def test_files_as_the_contract_says_are_taken() -> None:
    assert refused_columns(FILE, THING) == []
    assert refused_columns(changed("Id", StructField("Id", ShortType())), THING) == []


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (changed("", StructField("Points", IntegerType())), "column Points is not in the contract"),
        (changed("Id"), "column Id is missing"),
        (changed("_old_Id"), "column _old_Id is missing"),
        (changed("_change_seq"), "column _change_seq is missing"),
        (changed("Op"), "column Op is missing"),
        (changed("Id", StructField("Id", LongType())), "column Id is bigint, the contract says int"),
        (changed("Mail", StructField("Mail", TimestampNTZType())), "column Mail is timestamp_ntz, the contract says"),
    ],
)
def test_files_with_other_columns_are_refused(found: StructType, reason: str) -> None:
    assert [text for text in refused_columns(found, THING) if text.startswith(reason)]


def test_a_column_that_came_later_may_be_missing() -> None:
    assert refused_columns(changed("Mail"), THING) == []
    assert refused_columns(changed("Mail", StructField("mail", StringType())), THING) != []


GOOD: list[Row] = [("I", 1, "a", None, None), ("I", 2, "b", None, 1), ("U", 2, "c", 2, 2), ("D", 2, "c", None, 3)]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (("T", 1, None, None, 4), "1 rows have an operation other than I, U or D"),
        ((None, 1, None, None, 4), "1 rows have an operation other than I, U or D"),
        (("I", None, "a", None, 4), "1 rows have no key"),
        (("U", 1, "a", None, 4), "1 rows are updates without the key as it was"),
        (("D", 1, "a", None, None), "1 rows are updates or deletions without a number"),
    ],
)
def test_rows_that_nobody_can_place_are_refused(spark: SparkSession, bad: Row, reason: str) -> None:
    def frame(rows: list[Row]) -> list[tuple[object, ...]]:
        return [tuple(record(row)[name] for name in FILE.names) for row in rows]

    assert refused_rows(spark.createDataFrame(frame(GOOD), FILE), THING) == []
    assert refused_rows(spark.createDataFrame(frame([*GOOD, bad]), FILE), THING) == [reason]


def test_a_number_must_have_all_its_digits_and_stand_for_one_change(spark: SparkSession) -> None:
    short = record(("I", 1, "a", None, 4)) | {"_change_seq": "4"}
    rows = spark.createDataFrame([tuple(short[name] for name in FILE.names)], FILE)
    assert refused_rows(rows, THING) == ["1 rows have a number that is not of 35 digits"]
    twice = [tuple(record(("I", key, "a", None, 4))[name] for name in FILE.names) for key in (1, 2, 2)]
    assert refused_numbers(spark.createDataFrame(twice[1:], FILE), THING) == []
    assert refused_numbers(spark.createDataFrame(twice, FILE), THING) == [
        "1 numbers stand for several different changes"
    ]


def test_a_load_of_nothing_or_of_much_less_than_there_is_is_refused() -> None:
    assert refused_load(0, 0) == []
    assert refused_load(50, 100) == []
    assert refused_load(0, 1) == ["the new full load is empty, the table has 1 rows"]
    assert len(refused_load(49, 100)) == 1
