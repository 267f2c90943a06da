"""A published table as Parquet in folders that are written once, and a chain of snapshots that says which count.

Rows go to ``published/<table>/v=<run>-<attempt>/<partition>/``, are audited there, and one conditional create
publishes them (`snapshots`). After that Glue's partitions are pointed at the new folders; opening the table does the
same, so whoever comes after a killed run finishes its work.
"""

import secrets
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from functools import reduce

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import StructField, StructType

from lib.catalogue import Catalogue
from lib.expiry import expire
from lib.objects import Objects
from lib.partition_path import partition_of
from lib.published_table import (
    Audit,
    Partition,
    PublishConflictError,
    QualityError,
    Receipt,
    Run,
    no_rows,
    rebalanced,
    refuse_other_columns,
    refuse_other_partitions,
    write_verdict,
)
from lib.snapshots import Chain, Content, Snapshot
from lib.table_contract import TableContract, as_now, spark_type

Types = tuple[tuple[str, str], ...]


class ParquetTable:
    """`PublishedTable` of one bucket."""

    def __init__(self, contract: TableContract, *, objects: Objects, catalogue: Catalogue | None = None) -> None:
        self.contract, self._objects, self._catalogue = contract, objects, catalogue
        self._chain = Chain(objects, contract.name)
        self._root = f"published/{contract.name}"
        self._types: Types = tuple((column.name, column.type) for column in contract.columns)
        self._base = self._register()

    def read(self, spark: SparkSession, partitions: Collection[Partition] | None = None) -> DataFrame:
        wanted = [
            content
            for partition, content in self._base.partitions.items()
            if partitions is None or partition in partitions
        ]
        kinds = sorted({content.types for content in wanted})
        frames = [self._read(spark, types, [c.location for c in wanted if c.types == types]) for types in kinds]
        return reduce(DataFrame.union, frames) if frames else no_rows(spark, self.contract)

    def partitions(self) -> Mapping[Partition, int]:
        return {partition: content.rows for partition, content in self._base.partitions.items()}

    def versions(self) -> Mapping[Partition, str]:
        return {partition: content.location for partition, content in self._base.partitions.items()}

    def publish(self, rows: DataFrame, *, partitions: Collection[Partition] | None, run: Run, audit: Audit) -> Receipt:
        refuse_other_columns(rows, self.contract)
        # Its own for every attempt: a run that tries again would find what the first has left, and may not delete it.
        folder = f"{self._root}/v={run.run_id}-{self._base.number + 1}-{secrets.token_hex(4)}"
        staged = self._stage(rows, folder)
        refuse_other_partitions(staged, partitions, self.contract.name)
        verdict = audit(self._staged_rows(rows.sparkSession, folder, staged))
        write_verdict(self._objects, self.contract.name, run, verdict, staged=folder)
        if not verdict.passed:
            raise QualityError(self.contract.name, verdict, details=f"the rows lie in {self._objects.url(folder)}")
        emptied = tuple(sorted((set(partitions or ()) - set(staged)) & set(self._base.partitions), key=repr))
        self._commit(staged, emptied, run)
        self._register()
        return Receipt(
            table=self.contract.name,
            version=str(self._base.number),
            replaced={partition: content.rows for partition, content in staged.items()},
            emptied=emptied,
        )

    def expire(self, *, keep_hours: int, now: datetime) -> int:
        return expire(self._objects, self.contract.name, keep_hours, now)

    def _register(self) -> Snapshot:
        """Points the catalogue at the last version, again if another run published meanwhile; the version."""
        while True:
            latest = self._chain.latest()
            if self._catalogue is None:
                return latest
            locations = {
                tuple(map(str, partition)): self._objects.url(f"{content.location}/")
                for partition, content in latest.partitions.items()
            }
            self._catalogue.point(self.contract.name, locations)
            if self._chain.latest().number == latest.number:
                return latest

    def _stage(self, rows: DataFrame, folder: str) -> dict[Partition, Content]:
        names = self.contract.partition_names
        rebalanced(rows, names).sortWithinPartitions(*names, *self.contract.keys).write.partitionBy(*names).parquet(
            self._objects.url(folder)
        )
        keys = [found.key for found in self._objects.listed(f"{folder}/") if found.key.endswith(".parquet")]
        paths = sorted({key.removeprefix(f"{folder}/").rpartition("/")[0] for key in keys})
        locations = {partition_of(self.contract.partitions, path): f"{folder}/{path}" for path in paths}
        counted = self._staged_rows(rows.sparkSession, folder, locations).groupBy(*names).count().collect()
        counts = {tuple(row[name] for name in names): row["count"] for row in counted}
        return {
            partition: Content(location=location, rows=counts[partition], types=self._types)
            for partition, location in locations.items()
        }

    def _staged_rows(self, spark: SparkSession, folder: str, staged: Collection[Partition]) -> DataFrame:
        """The rows as they are stored: what is audited is what would be published."""
        if not staged:
            return no_rows(spark, self.contract)
        return spark.read.schema(self.contract.schema).parquet(self._objects.url(folder))

    def _commit(self, staged: Mapping[Partition, Content], emptied: Collection[Partition], run: Run) -> None:
        if not staged and not emptied:
            return
        kept = {key: content for key, content in self._base.partitions.items() if key not in emptied}
        following = Snapshot(
            number=self._base.number + 1,
            job=run.job,
            run_id=run.run_id,
            published_at=datetime.now(tz=UTC),
            partitions=kept | dict(staged),
        )
        if not self._chain.append(following):
            raise PublishConflictError(
                f"{self.contract.name}: another run published version {following.number} meanwhile; run {run.job} again"
            )
        self._base = following

    def _read(self, spark: SparkSession, types: Types, locations: list[str]) -> DataFrame:
        """Folders whose rows were written with the same types, as the contract has them now."""
        partitions = [column.field for column in self.contract.partitions]
        written = StructType([StructField(name, spark_type(kind)) for name, kind in types] + partitions)
        rows = (
            spark.read.schema(written)
            .option("basePath", self._objects.url(self._root))
            .parquet(*[self._objects.url(location) for location in sorted(locations)])
        )
        known = dict(types)
        now = [as_now(column, known.get(column.name)) for column in self.contract.columns]
        return rows.select(*now, *self.contract.partition_names)
