"""History of type 2 from states: a state per key and moment in, a version per change out.

A version holds from ``valid_from`` on and until ``valid_to``, which is the next one's start and no longer its own; the
open one has none. Built from all states at once, so the same states give the same history in whatever order they came.
"""

from collections.abc import Sequence

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812


def changes(states: DataFrame, *, key: str, at: str, attributes: Sequence[str]) -> DataFrame:
    """The states of a key whose attributes differ from those before; there is one state of a key at a moment."""
    now = F.struct(*attributes)
    before = F.lag(now).over(Window.partitionBy(key).orderBy(at))
    # Null for the first one, which therefore differs even if it holds nothing.
    is_change = ~now.eqNullSafe(before)
    return states.withColumn("is_change", is_change).where("is_change").select(*states.columns)


def versions(states: DataFrame, *, key: str, at: str, attributes: Sequence[str]) -> DataFrame:
    """``key``, the attributes, ``valid_from``, ``valid_to`` (null: open) and ``is_current``."""
    valid_to = F.lead(at).over(Window.partitionBy(key).orderBy(at))
    changed = changes(states, key=key, at=at, attributes=attributes).withColumn("valid_to", valid_to)
    return changed.select(
        key,
        *attributes,
        F.col(at).alias("valid_from"),
        "valid_to",
        F.col("valid_to").isNull().alias("is_current"),
    )
