"""The Spark jobs: what each reads, publishes and is told. Where and how large it runs, an environment says.

No job keeps Glue's bookmarks: they know which files were read and not what became of them, and know nothing when the
same script runs on EMR or on a desk. Each keeps its own list of what it made of which input, written after the result
is (``_processed/`` in the zone of its tables).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal, get_args

from config.function_machine import within
from config.job_size import JobSize, SparkApplication
from config.network_size import NetworkSize
from config.sources import CAPTURED_SCHEMAS
from config.table_mappings import snake_case

TableFormat = Literal["parquet", "iceberg"]
TABLE_FORMATS: tuple[TableFormat, ...] = get_args(TableFormat)
ZONES = ("bronze", "silver", "gold", "quarantine")
# What a run is told when it starts; everything else stands in the job.
RUN_ARGUMENTS = ("date", "from_date", "to_date")
# What the platform knows and a job asks for by name; ``schemas`` are those of the databases whose changes come.
PLACES = (
    *(f"{zone}_bucket" for zone in ZONES),
    "silver_database",
    "gold_database",
    "masking_key_secret",
    "schemas",
)
# What a job calls inside the network; S3 has its own door.
ENDPOINTS_NEEDED = ("glue", "kms", "logs", "monitoring", "secretsmanager", "sts")


@dataclass(frozen=True, kw_only=True)
class BatchJob:
    """The script ``glue_scripts/<name>.py``; what it touches is said by zone.

    ``files`` are prefixes that functions or DMS fill and it reads, ``writes`` those that it fills beside its tables,
    ``clears`` those of them that it also deletes from. ``reads`` and ``publishes`` are published tables, ``*`` stands
    for any text; it reads what it publishes. ``places`` are arguments whose values the platform knows, ``settings``
    those that are the same everywhere. ``masks`` reads the key that turns personal data into tokens.
    ``follows_changes`` is there where a database is captured. ``whole``: a run makes tables of all there is,
    whichever days it is told, so they are told to one run. ``keeps_house`` in these zones: deletes versions of
    published tables that nobody can be reading any more.
    """

    name: str
    what: str
    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    writes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    clears: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    publishes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    places: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    masks: bool = False
    follows_changes: bool = False
    whole: bool = False
    keeps_house: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        named = {*self.files, *self.writes, *self.clears, *self.reads, *self.publishes, *self.keeps_house}
        if unknown := named - set(ZONES):
            raise ValueError(f"job {self.name} names the zones {sorted(unknown)}; there are: {', '.join(ZONES)}")
        for zone, prefixes in self.clears.items():
            if others := set(prefixes) - set(self.writes.get(zone, ())):
                raise ValueError(f"job {self.name} clears {sorted(others)} of {zone}, which it does not write")
        if unknown := set(self.places) - set(PLACES):
            raise ValueError(f"job {self.name} asks for {sorted(unknown)}; the platform knows: {', '.join(PLACES)}")
        if self.masks != ("masking_key_secret" in self.places):
            raise ValueError(f"job {self.name}: masks and the place masking_key_secret go together; say both or none")
        if both := {*self.places, *self.settings} & set(RUN_ARGUMENTS):
            raise ValueError(f"job {self.name}: {sorted(both)} are said when a run starts; leave them out")
        if empty := sorted(name for name, value in self.settings.items() if not value):
            raise ValueError(f"job {self.name}: settings {empty} are empty, and Glue may leave out what is empty")


# A copy of each object that cannot be read, with the reason beside it.
CORRUPT = "corrupt_files/"
# Filled by functions, an object for each batch of an hour.
HOURLY = ("orders/", "order_items/", "clickstream/", "web_requests/")
# The tables of each database whose changes are merged.
CAPTURED = tuple(f"{snake_case(schema.name)}_*" for schema in CAPTURED_SCHEMAS)

JOBS: tuple[BatchJob, ...] = (
    BatchJob(
        name="order_etl",
        what="Orders and their lines, each once, from what the stream and the ERP delivered",
        files={"silver": ("orders/", "order_items/", "erp_sales/", "erp_products/", "_compaction/")},
        # Conflicts are rows of quarantine, as the function writes them.
        writes={"quarantine": (CORRUPT, "quarantine/events/", "_staging/order_etl/")},
        clears={"quarantine": ("_staging/order_etl/",)},
        publishes={"silver": ("orders", "order_items")},
        places=("silver_bucket", "quarantine_bucket", "silver_database"),
        settings={"repeat_window_days": "7", "max_unreadable_percent": "1"},
    ),
    BatchJob(
        name="crm_etl",
        what="Customers, each once with its history, from what the CRM delivered",
        files={"silver": ("crm_users/", "crm_customers/", "crm_emails/", "crm_phones/")},
        writes={"quarantine": (CORRUPT,)},
        publishes={"silver": ("customers",)},
        places=("silver_bucket", "quarantine_bucket", "silver_database"),
        settings={"max_unreadable_percent": "1"},
        whole=True,
    ),
    BatchJob(
        name="cdc_merge",
        what="Tables of the shop's databases as they are, and their changes, from what DMS captured",
        files={"bronze": ("cdc/",)},
        publishes={"silver": CAPTURED},
        places=("bronze_bucket", "silver_bucket", "silver_database", "masking_key_secret", "schemas"),
        # One part for each table, and no table that may shrink when it is loaded again.
        settings={"parts": "{}", "accepted": "none"},
        masks=True,
        follows_changes=True,
    ),
    BatchJob(
        name="gold_etl",
        what="Answers, from the exact tables of silver",
        reads={"silver": ("orders", "order_items", "customers")},
        publishes={"gold": ("*",)},
        places=("silver_bucket", "gold_bucket", "silver_database", "gold_database"),
        # Two tables by month, the others of all orders.
        whole=True,
    ),
    BatchJob(
        name="compact",
        what="Fewer and larger files of the same received rows; old versions of published tables cleared away",
        writes={"silver": (*HOURLY, "_compaction/", "_staging/compact/")},
        clears={"silver": (*HOURLY, "_staging/compact/")},
        places=("silver_bucket", "gold_bucket", "silver_database", "gold_database"),
        settings={"target_mb": "256", "closed_after_hours": "48", "keep_versions_hours": "168"},
        keeps_house=("silver", "gold"),
    ),
)


def publisher_of(zone: str, table: str) -> str | None:
    """The job that fills a table; None for one that no job fills."""
    for job in JOBS:
        if any(fnmatchcase(table, name) for name in job.publishes.get(zone, ())):
            return job.name
    return None


def catalogued(job: BatchJob, table_format: TableFormat) -> dict[str, tuple[str, ...]]:
    """The tables whose entry in the catalogue a job sets right, by zone: its own, and those it reads.

    Whoever opens a table points its partitions at the last version, for the run that published it may have been killed
    in between. Of Iceberg's tables the entry also says which versions there are.
    """
    every = dict.fromkeys(job.keeps_house, ("*",)) if table_format == "iceberg" else {}
    zones = [zone for zone in ZONES if zone in {*job.publishes, *job.reads, *every}]
    tables = {zone: (*job.publishes.get(zone, ()), *job.reads.get(zone, ()), *every.get(zone, ())) for zone in zones}
    return {zone: tuple(sorted(set(names))) for zone, names in tables.items()}


def fillers_of(zone: str, tables: Iterable[str]) -> list[str]:
    """The jobs that publish ``tables`` of a zone."""
    names = list(tables)
    return sorted(job.name for job in JOBS if _meets(job.publishes.get(zone, ()), names))


def _meets(some: Iterable[str], others: Iterable[str]) -> bool:
    return any(fnmatchcase(one, other) or fnmatchcase(other, one) for one in some for other in others)


def job_sizes() -> dict[str, JobSize]:
    """Production's: a day of a million orders and ten million events."""
    return {
        "order_etl": JobSize(worker_type="G.1X", workers=10),
        "crm_etl": JobSize(workers=3, timeout_minutes=30, notify_after_minutes=20),
        "cdc_merge": JobSize(worker_type="G.2X", workers=10, timeout_minutes=120, notify_after_minutes=60),
        # Whole history in memory, and cheaper there.
        "gold_etl": JobSize(engine="emr", worker_type="G.2X", workers=12, timeout_minutes=120),
        # Nobody waits for it.
        "compact": JobSize(workers=8, flex=True, timeout_minutes=240, notify_after_minutes=180),
    }


def small_job_sizes() -> dict[str, JobSize]:
    """Where a day is small: all of them on Glue, two workers each."""
    return {job.name: JobSize(workers=2, retries=0) for job in JOBS}


@dataclass(frozen=True, kw_only=True)
class Batch:
    """How the jobs run: ``sizes`` by name, all of them.

    ``table_format`` of what they publish: Parquet with snapshots of our own, or Iceberg. ``inside`` the network they
    reach nothing but its endpoints. ``spark_application`` stands where a job's engine is emr. ``freshness_hours``
    without a word of a job raise an alarm; None, the default while nothing starts the jobs by the clock, raises none.
    """

    sizes: Mapping[str, JobSize] = field(default_factory=job_sizes)
    table_format: TableFormat = "parquet"
    inside: bool = True
    freshness_hours: int | None = None
    spark_application: SparkApplication = field(default_factory=SparkApplication)

    def __post_init__(self) -> None:
        names = {job.name for job in JOBS}
        if set(self.sizes) != names:
            raise ValueError(f"batch.sizes names {sorted(self.sizes)}; the jobs are {sorted(names)}")
        if self.table_format not in TABLE_FORMATS:
            raise ValueError(f"batch.table_format {self.table_format!r} is none of {', '.join(TABLE_FORMATS)}")
        # An alarm looks back a week at most.
        if self.freshness_hours is not None:
            within("batch.freshness_hours", self.freshness_hours, 1, 168)

    @property
    def uses_emr(self) -> bool:
        return any(size.engine == "emr" for size in self.sizes.values())


def check_batch(place: str, batch: Batch, network: NetworkSize | None) -> None:
    """ValueError if the jobs run inside a network that is not there, or from which they reach nothing."""
    if not batch.inside:
        return
    if network is None:
        raise ValueError(f"{place}: batch.inside, and there is no network; set network, or batch.inside to False")
    missing = [name for name in ENDPOINTS_NEEDED if name not in network.interface_endpoints]
    if missing and network.nat == "none":
        raise ValueError(
            f"{place}: batch.inside needs the endpoints {', '.join(missing)}; add them to network.interface_endpoints, "
            "or set nat"
        )
