"""Rows that are computed once, and let go with everything else that a run has kept, however it ends."""

from contextlib import ExitStack

from pyspark.sql import DataFrame


def keep(rows: DataFrame, kept: ExitStack) -> DataFrame:
    """The same rows, as long as ``kept`` is open."""
    rows = rows.persist()
    kept.callback(rows.unpersist)
    return rows
