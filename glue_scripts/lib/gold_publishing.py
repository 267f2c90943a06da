"""Brings a gold table up to date with its inputs: what changed in them is found out, and only that is made again.

Of each partition it is recorded which versions of the inputs it was made of (`processed`); the record is written after
the commit, from what the inputs were when they were opened. So whatever is cut off or overtaken is made again. Rows
that come out as they are published already are not published again: their readers have nothing to notice.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_, or_

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812

from lib.gold_tables import GoldTable
from lib.objects import Objects, StoredObject
from lib.processed import Processed
from lib.published_table import Partition, PublishedTable, Receipt, Run
from lib.quality import audit_of
from lib.row_hash import row_hash

Sources = Mapping[Partition, Collection[StoredObject]]


@dataclass(frozen=True, kw_only=True)
class GoldRun:
    """One run of the job: how it opens tables, the bucket it remembers in, the dates asked for (None: what changed)."""

    spark: SparkSession
    run: Run
    open_table: Callable[[str], PublishedTable]
    gold: Objects
    dates: Collection[date] | None = None


def bring_up_to_date(table: GoldTable, this: GoldRun) -> Receipt | None:
    """Publishes what of the table is different now; None if nothing is."""
    gold = this.open_table(table.name)
    inputs = [this.open_table(name) for name in table.inputs]
    processed = Processed(this.gold, job=this.run.job, contract=gold.contract)
    sources = sources_of(table, gold, inputs)
    touched = processed.changed(sources) if this.dates is None else asked_for(table, sources, this.dates)
    if not touched:
        return None
    months = touched if table.month_from_month else None
    rows = table.rows(*(source.read(this.spark, _days(source, months)) for source in inputs)).persist()
    try:
        receipt = _publish(gold, rows, months, this)
    finally:
        rows.unpersist()
    processed.record({partition: sources[partition] for partition in touched})
    return receipt


def sources_of(table: GoldTable, gold: PublishedTable, inputs: Collection[PublishedTable]) -> Sources:
    """What each partition is made of, those included that are published and of which no input is left.

    A table whose rows may depend on any is one partition here, of zeros, as no row has them.
    """
    whole = (0,) * len(gold.contract.partitions)
    partitions = gold.partitions() if table.month_from_month else [whole]
    sources: dict[Partition, list[StoredObject]] = {partition: [] for partition in partitions}
    for source in inputs:
        for partition, version in source.versions().items():
            made = partition[:2] if table.month_from_month else whole
            name = f"{source.contract.name}/{'/'.join(map(str, partition))}"
            sources.setdefault(made, []).append(StoredObject(key=name, size=0, etag=version))
    return sources


def asked_for(table: GoldTable, sources: Sources, dates: Collection[date]) -> list[Partition]:
    """The partitions of these dates, changed or not."""
    months = {(day.year, day.month) for day in dates}
    return [partition for partition in sources if not table.month_from_month or partition in months]


def differing(rows: DataFrame, published: DataFrame, names: Sequence[str]) -> list[Partition]:
    """Partitions that are other rows in one than in the other, or in one only; sorted."""
    now, before = _fingerprints(rows, names), _fingerprints(published, names)
    return sorted(partition for partition in now.keys() | before.keys() if now.get(partition) != before.get(partition))


def _fingerprints(rows: DataFrame, names: Sequence[str]) -> dict[Partition, tuple[int, ...]]:
    """What the rows of each partition are known by, in whatever order they come."""
    content = row_hash(*map(F.col, rows.columns))
    found = (
        rows.groupBy(*names)
        .agg(F.count("*").alias("rows"), F.sum(content.cast("decimal(20,0)")), F.bit_xor(content))
        .collect()
    )
    return {tuple(row[: len(names)]): tuple(map(int, row[len(names) :])) for row in found}


def _publish(
    gold: PublishedTable, rows: DataFrame, months: Collection[Partition] | None, this: GoldRun
) -> Receipt | None:
    names = gold.contract.partition_names
    different = differing(rows, gold.read(this.spark, months), names)
    if not different:
        return None
    is_different = reduce(or_, (_is_of(names, partition) for partition in different))
    return gold.publish(rows.where(is_different), partitions=different, run=this.run, audit=audit_of(gold.contract))


def _is_of(names: Sequence[str], partition: Partition) -> Column:
    return reduce(and_, (F.col(name) == value for name, value in zip(names, partition, strict=True)))


def _days(source: PublishedTable, months: Collection[Partition] | None) -> list[Partition] | None:
    """The partitions of an input that lie in these months; None: all."""
    return None if months is None else [day for day in source.partitions() if day[:2] in months]
