"""Does whatever makes a row another one make its number another?"""

from pyspark.sql import SparkSession
from pyspark.sql import functions as F  # noqa: N812

from lib.change_checks import refused_numbers
from lib.erp_orders import digests
from lib.row_hash import row_hash
from tests.support.captured_rows import THING, record

FILE = THING.file_schema


def test_a_value_that_moves_to_another_column_is_another_row(spark: SparkSession) -> None:
    rows = spark.createDataFrame([("x", None), (None, "x"), (None, None), ("x", None)], "a string, b string")
    assert rows.select(row_hash(*map(F.col, rows.columns))).distinct().count() == 3


def test_a_date_of_the_erp_is_another_when_a_value_moves_to_another_column(spark: SparkSession) -> None:
    schema = "year int, month int, day int, a string, b string"
    first, second = (spark.createDataFrame([(2010, 12, 1, *texts)], schema) for texts in (("x", None), (None, "x")))
    assert digests(first, first).collect() != digests(first, second).collect()


def test_changes_that_differ_in_which_column_is_null_are_different_changes(spark: SparkSession) -> None:
    changes = [record(("U", 5, None, None, 4)), record(("U", None, None, 5, 4))]
    rows = spark.createDataFrame([tuple(change[name] for name in FILE.names) for change in changes], FILE)
    assert refused_numbers(rows, THING) == ["1 numbers stand for several different changes"]
