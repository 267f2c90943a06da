"""What of a zone a job works on: plain prefixes, put together from what the job is said to read and publish."""

from collections.abc import Iterable
from dataclasses import dataclass

from config.batch_jobs import BatchJob, TableFormat

# Below these lie a published table's rows, the snapshots that say which of them count, and what its audits found.
PARQUET, ICEBERG = ("published", "_published"), ("iceberg",)
VERDICTS = "_quality"
# What Spark writes while it works, below a run's own folder; no version of a table is ever there.
SCRATCH = ("published/{table}/v=*/_temporary/*", "published/{table}/*$folder$")
# Below these Spark writes through its file system; the rest is put by the jobs themselves, object by object.
BY_SPARK = ("published/", "_staging/")


@dataclass(frozen=True, kw_only=True)
class WorkArea:
    """Prefixes, each with a slash at its end. ``writes`` are read too; ``clears`` are patterns of what is deleted."""

    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()

    @property
    def folders(self) -> list[str]:
        """What Spark's file system takes for folders on the way to what Spark writes, without a slash at the end."""
        return sorted(
            {folder for prefix in self.writes if prefix.startswith(BY_SPARK) for folder in folders_of(prefix)}
        )

    @property
    def marks(self) -> list[str]:
        """An empty object for each of the folders: EMRFS looks for it, and makes it where nothing lies below yet."""
        return [f"{folder}_$folder$" for folder in self.folders]

    @property
    def is_empty(self) -> bool:
        return not (self.reads or self.writes or self.clears)


def work_area(job: BatchJob, zone: str, table_format: TableFormat) -> WorkArea:
    """The part of the zone called ``zone`` that ``job`` works on."""
    published, old = job.publishes.get(zone, ()), zone in job.keeps_house
    of_a_table = ICEBERG if table_format == "iceberg" else PARQUET
    own = [*job.writes.get(zone, ()), *_below((*of_a_table, VERDICTS), published)]
    reads = [*job.files.get(zone, ()), *_below(of_a_table, job.reads.get(zone, ()))]
    kept = [f"{folder}/" for folder in of_a_table] if old else []
    if published:
        own.append(f"_processed/{job.name}/")
    clears = [f"{prefix}*" for prefix in (*job.clears.get(zone, ()), *kept)]
    clears += [pattern.format(table=table) for table in published for pattern in SCRATCH]
    # Of Iceberg's tables a version is taken back by writing another state of the table.
    writes, more = ([*own, *kept], []) if table_format == "iceberg" else (own, kept)
    return WorkArea(reads=(*reads, *more), writes=tuple(writes), clears=tuple(clears))


def folders_of(prefix: str) -> list[str]:
    """``a`` and ``a/b`` of ``a/b/``."""
    parts = prefix.rstrip("/").split("/")
    return ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]


def _below(folders: Iterable[str], tables: Iterable[str]) -> list[str]:
    return [f"{folder}/{table}/" for folder in folders for table in tables]
