"""A published table in Iceberg, in the catalog `lake` of the Spark session.

Rows are written to a branch of the run, are audited there, and moving ``main`` to the branch publishes them. Iceberg
refuses that if ``main`` has moved meanwhile. Which classes the catalog has and where it is, the session is told from
outside; the table's own objects lie below ``iceberg/<table>`` of its zone.
"""

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

from lib.expiry import oldest_kept
from lib.objects import Objects
from lib.partition_filter import in_partitions
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
from lib.table_contract import TableContract, as_now, refuse_narrower

CATALOG = "lake"
# As the metadata table `entries` has it.
ADDED, DELETED = 1, 2
VERSION_FILE = ".metadata.json"
# What a killed run left of its branch goes with the first expiry after that.
BRANCH_DAYS = 7


def is_there(spark: SparkSession, database: str, name: str) -> bool:
    """Whether any job has ever opened the table."""
    return spark.catalog.tableExists(f"{CATALOG}.`{database}`.`{name}`")


class IcebergTable:
    """`PublishedTable` in a database of Glue's catalogue. Made, or widened, when a job opens it."""

    def __init__(self, contract: TableContract, *, spark: SparkSession, database: str, objects: Objects) -> None:
        self.contract, self._spark, self._objects = contract, spark, objects
        self._name = f"{CATALOG}.`{database}`.`{contract.name}`"
        self._known_as = f"{database}.{contract.name}"
        self._root = f"iceberg/{contract.name}"
        self._make()
        self._widen()
        self._base = self._snapshot("main")

    def read(self, spark: SparkSession, partitions: Collection[Partition] | None = None) -> DataFrame:
        if self._base is None or (partitions is not None and not partitions):
            return no_rows(spark, self.contract)
        return self._rows(self._base, partitions)

    def partitions(self) -> Mapping[Partition, int]:
        return self._counted(self._base) if self._base else {}

    def versions(self) -> Mapping[Partition, str]:
        if self._base is None:
            return {}
        newest = self._by_partition("max(sequence_number)", self._base, f"status <> {DELETED}")
        return {partition: str(number) for partition, number in newest.items()}

    def publish(self, rows: DataFrame, *, partitions: Collection[Partition] | None, run: Run, audit: Audit) -> Receipt:
        refuse_other_columns(rows, self.contract)
        branch = re.sub(r"\W", "_", f"run_{run.run_id}")
        self._sql(
            f"ALTER TABLE {{table}} CREATE OR REPLACE BRANCH {branch}{self._as_of_base()} RETAIN {BRANCH_DAYS} DAYS"
        )
        try:
            # Without a version to begin with, the branch begins wherever the table stands by now.
            self._refuse_overtaken(run)
            return self._publish(rows, partitions, run, audit, branch)
        finally:
            self._sql(f"ALTER TABLE {{table}} DROP BRANCH IF EXISTS {branch}")

    def expire(self, *, keep_hours: int, now: datetime) -> int:
        oldest = oldest_kept(self.contract.name, keep_hours, now)
        moment = oldest.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
        expired = self._call("expire_snapshots", f"older_than => TIMESTAMP '{moment} UTC'").first()
        # What Iceberg forgets of its own versions it deletes at no commit: those who publish may delete nothing.
        lists = (("all_data_files", "file_path"), ("metadata_log_entries", "file"))
        named = {
            row[0] for name, file in lists for row in self._spark.table(f"{self._name}.{name}").select(file).collect()
        }
        listed = [
            *self._objects.listed(f"{self._root}/data/"),
            *(found for found in self._objects.listed(f"{self._root}/metadata/") if found.key.endswith(VERSION_FILE)),
        ]
        left = [
            found.key
            for found in listed
            if found.modified is not None and found.modified < oldest and self._objects.url(found.key) not in named
        ]
        self._objects.delete(left)
        return len(left) + (sum(expired) if expired else 0)

    def _publish(
        self, rows: DataFrame, partitions: Collection[Partition] | None, run: Run, audit: Audit, branch: str
    ) -> Receipt:
        staged = self._stage(rows, branch)
        refuse_other_partitions(staged, partitions, self.contract.name)
        snapshot = self._snapshot(branch)
        audited = self._rows(snapshot, list(staged)) if staged and snapshot else no_rows(self._spark, self.contract)
        verdict = audit(audited)
        write_verdict(self._objects, self.contract.name, run, verdict, staged=branch)
        if not verdict.passed:
            raise QualityError(self.contract.name, verdict, details="the branch with the rows is gone")
        emptied = tuple(sorted((set(partitions or ()) - set(staged)) & set(self.partitions()), key=repr))
        if emptied:
            condition = in_partitions(self.contract.partition_names, emptied)
            self._spark.sql(f"DELETE FROM {self._name}.branch_{branch} WHERE {condition}")  # noqa: S608
        if staged or emptied:
            self._commit(branch, run)
        return Receipt(table=self.contract.name, version=str(self._base), replaced=staged, emptied=emptied)

    def _stage(self, rows: DataFrame, branch: str) -> dict[Partition, int]:
        """Writes the rows in place of the partitions they have; how many of each."""
        before = self._snapshot(branch)
        names = self.contract.partition_names
        sorted_rows = rebalanced(rows, names).sortWithinPartitions(*names, *self.contract.keys)
        sorted_rows.writeTo(f"{self._name}.branch_{branch}").overwritePartitions()
        after = self._snapshot(branch)
        staged = self._counted(after, only_added=True) if after and after != before else {}
        for partition in staged:
            if None in partition:
                missing = names[partition.index(None)]
                raise ValueError(f"a row without {missing} has no partition of {self.contract.name}; nothing published")
        return staged

    def _commit(self, branch: str, run: Run) -> None:
        try:
            self._call("fast_forward", f"branch => 'main', to => '{branch}'")
        except (Py4JJavaError, PySparkException) as error:
            self._refuse_overtaken(run, error)
            raise
        self._base = self._snapshot("main")

    def _refuse_overtaken(self, run: Run, error: Exception | None = None) -> None:
        if self._snapshot("main") != self._base:
            raise PublishConflictError(
                f"{self.contract.name}: another run published meanwhile; run {run.job} again"
            ) from error

    def _make(self) -> None:
        columns = ", ".join(
            f"`{column.name}` {column.type}" for column in (*self.contract.columns, *self.contract.partitions)
        )
        names = ", ".join(f"`{name}`" for name in self.contract.partition_names)
        self._sql(
            f"CREATE TABLE IF NOT EXISTS {{table}} ({columns}) USING iceberg PARTITIONED BY ({names}) "
            f"LOCATION '{self._objects.url(self._root)}' TBLPROPERTIES ('format-version' = '2', "
            "'write.parquet.compression-codec' = 'zstd', 'write.distribution-mode' = 'none')"
        )
        self._sql("REFRESH TABLE {table}")

    def _widen(self) -> None:
        """Gives the table the columns and types its contract has got since; ValueError if a type does not hold more."""
        there = {column.name: column.dataType.simpleString() for column in self._spark.table(self._name).schema}
        for column in self.contract.columns:
            written = there.get(column.name)
            if written is None:
                self._sql(f"ALTER TABLE {{table}} ADD COLUMN `{column.name}` {column.type}")
            elif written != column.type:
                refuse_narrower(column, written)
                self._sql(f"ALTER TABLE {{table}} ALTER COLUMN `{column.name}` TYPE {column.type}")

    def _rows(self, snapshot: int, partitions: Collection[Partition] | None) -> DataFrame:
        # As an option of reading a table, Spark 3.5 takes no notice of the version.
        rows = self._spark.sql(f"SELECT * FROM {self._name} VERSION AS OF {snapshot}")  # noqa: S608
        if partitions is not None:
            rows = rows.where(in_partitions(self.contract.partition_names, partitions))
        written = {column.name: column.dataType.simpleString() for column in rows.schema}
        now = [as_now(column, written.get(column.name)) for column in self.contract.columns]
        return rows.select(*now, *self.contract.partition_names)

    def _counted(self, snapshot: int, *, only_added: bool = False) -> dict[Partition, int]:
        kind = f"status = {ADDED} AND snapshot_id = {snapshot}" if only_added else f"status <> {DELETED}"
        return self._by_partition("sum(data_file.record_count)", snapshot, kind)

    def _by_partition(self, value: str, snapshot: int, kind: str) -> dict[Partition, int]:
        """An aggregate of what Iceberg knows of the files of each partition."""
        names = ", ".join(f"data_file.partition.`{name}`" for name in self.contract.partition_names)
        found = self._spark.sql(
            f"SELECT {names}, {value} FROM {self._name}.entries VERSION AS OF {snapshot} "  # noqa: S608
            f"WHERE {kind} GROUP BY {names}"
        )
        return {tuple(row[:-1]): row[-1] for row in found.collect()}

    def _snapshot(self, ref: str) -> int | None:
        """Where ``main`` or a branch stands."""
        self._sql("REFRESH TABLE {table}")
        found = self._spark.sql(f"SELECT snapshot_id FROM {self._name}.refs WHERE name = '{ref}'").first()  # noqa: S608
        return found[0] if found else None

    def _as_of_base(self) -> str:
        return f" AS OF VERSION {self._base}" if self._base else ""

    def _call(self, procedure: str, arguments: str) -> DataFrame:
        return self._spark.sql(f"CALL {CATALOG}.system.{procedure}(table => '{self._known_as}', {arguments})")

    def _sql(self, statement: str) -> None:
        self._spark.sql(statement.replace("{table}", self._name))
