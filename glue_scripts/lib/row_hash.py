"""A number by which a row is known."""

from pyspark.sql import Column
from pyspark.sql import functions as F  # noqa: N812


def row_hash(*values: Column) -> Column:
    """The same for the same values, and another as soon as one of them differs or becomes null."""
    # A null leaves Spark's hash as it was: without the flags, in which of two columns a value stands would not count.
    return F.xxhash64(*values, *(value.isNull() for value in values))
