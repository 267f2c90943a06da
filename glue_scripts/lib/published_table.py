"""A table that jobs publish partition by partition: what both of its formats promise, and what they refuse.

Readers see a published version or the one after it, never anything between; what fails changes nothing.
"""

import json
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812

from lib.objects import Objects
from lib.quality import Verdict
from lib.table_contract import TableContract

# Values in the order of the contract's partitions.
Partition = tuple[int | str, ...]
Audit = Callable[[DataFrame], Verdict]


def _new_run_id() -> str:
    return f"{datetime.now(tz=UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of a job; its id stands in the path of what it writes, never in a row."""

    job: str
    run_id: str = field(default_factory=_new_run_id)


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What a run published: the rows of each partition it replaced, and those partitions that are empty now."""

    table: str
    version: str
    replaced: Mapping[Partition, int]
    emptied: tuple[Partition, ...] = ()

    @property
    def rows(self) -> int:
        """In all partitions that were replaced."""
        return sum(self.replaced.values())


class QualityError(Exception):
    """When a rule of the table's contract failed: nothing was published, the version before stands."""

    def __init__(self, table: str, verdict: Verdict, *, details: str) -> None:
        failed = [result.rule for result in verdict.results if not result.passed]
        super().__init__(f"{table}: {len(failed)} rules failed: {'; '.join(failed[:5])}. Nothing published; {details}")
        self.table, self.verdict = table, verdict


class PublishConflictError(Exception):
    """When another run published since this one began: nothing is published; a new run begins with what is there."""


class PublishedTable(Protocol):
    """`ParquetTable` or `IcebergTable`. Opened, it stays at the version that was the last one then."""

    contract: TableContract

    def read(self, spark: SparkSession, partitions: Collection[Partition] | None = None) -> DataFrame:
        """All rows, or those of ``partitions``, with the contract's schema; none if nothing was published yet."""

    def partitions(self) -> Mapping[Partition, int]:
        """Those that have rows, with how many."""

    def versions(self) -> Mapping[Partition, str]:
        """What the rows of each partition are known by: another text as soon as they are others."""

    def publish(self, rows: DataFrame, *, partitions: Collection[Partition] | None, run: Run, audit: Audit) -> Receipt:
        """Replaces exactly ``partitions`` (None: those that occur in ``rows``) by ``rows``, all of them or none.

        A partition without rows becomes empty. The audit sees the rows as they are stored. QualityError: a rule failed.
        PublishConflictError: another run published meanwhile. ValueError: the rows are not the contract's.
        """

    def expire(self, *, keep_hours: int, now: datetime) -> int:
        """Deletes what no version of the last ``keep_hours`` names and leftovers of runs that old; how many objects."""


def no_rows(spark: SparkSession, contract: TableContract) -> DataFrame:
    """A published table's schema, and nothing in it."""
    nulls = [F.lit(None).cast(column.dataType).alias(column.name) for column in contract.schema]
    return spark.range(0).select(*nulls)


def rebalanced(rows: DataFrame, names: Sequence[str]) -> DataFrame:
    """Each partition's rows together, in files of a good size. In Spark 3.5 only SQL takes columns for this hint."""
    columns = ", ".join(f"`{name}`" for name in names)
    return rows.sparkSession.sql(f"SELECT /*+ REBALANCE({columns}) */ * FROM {{rows}}", rows=rows)  # noqa: S608


def refuse_other_columns(rows: DataFrame, contract: TableContract) -> None:
    """ValueError unless the rows have the contract's columns with its types in its order."""
    found = [(column.name, column.dataType.simpleString()) for column in rows.schema]
    wanted = [(column.name, column.dataType.simpleString()) for column in contract.schema]
    if found != wanted:
        missing, more = [item for item in wanted if item not in found], [item for item in found if item not in wanted]
        what = f"missing {missing}, unknown {more}" if missing or more else f"another order: {found}"
        raise ValueError(
            f"{contract.name} {contract.version}: the rows are not the contract's ({what}); select its schema"
        )


def refuse_other_partitions(found: Collection[Partition], asked: Collection[Partition] | None, table: str) -> None:
    """ValueError if there are rows of a partition that was not to be replaced."""
    if asked is not None and (others := sorted(set(found) - set(asked), key=repr)):
        raise ValueError(f"{table}: rows of partitions that are not to be replaced: {others[:5]}; nothing published")


def write_verdict(objects: Objects, table: str, run: Run, verdict: Verdict, *, staged: str) -> None:
    """``_quality/<table>/<run>.json``: what was said of rows, whether or not they were published."""
    document = {"passed": verdict.passed, "job": run.job, "staged": staged} | asdict(verdict)
    body = json.dumps(document, indent=1, sort_keys=True).encode()
    objects.write(f"_quality/{table}/{run.run_id}.json", body)
