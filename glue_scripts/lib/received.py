"""The received tables: which objects belong to which event date, and their rows as the contract says they are.

A received table may hold a row several times, in several objects; nobody but a reader that knows its keys can tell.
Files that lack a column of the contract have nulls there, columns that it does not know are passed over, and whole
numbers that were written narrower are widened (`unreadable` finds out which those are).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import reduce

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql.types import StructField, StructType

from lib.objects import Objects, StoredObject
from lib.table_contract import TableContract

SUFFIX = ".parquet"
# Spark passes over such names without a word.
HIDDEN = ("_", ".")
DATE = re.compile(r"/year=(\d{4})/month=(\d{2})/day=(\d{2})/")


@dataclass(frozen=True, kw_only=True)
class Received:
    """One received table: ``objects`` is its zone's bucket, ``folder`` where in it, if not below the contract's name.

    ``unreadable`` are reasons by the keys that are left out, ``narrower`` the schemas of objects whose numbers have to
    be widened.
    """

    contract: TableContract
    objects: Objects
    folder: str = ""
    unreadable: Mapping[str, str] = field(default_factory=dict)
    narrower: Mapping[str, StructType] = field(default_factory=dict)

    @property
    def prefix(self) -> str:
        """What the keys begin with."""
        return self.folder or f"{self.contract.name}/"

    def listed(self, dates: Iterable[date] | None = None) -> list[StoredObject]:
        """All objects with rows, or those of the event ``dates``; what cannot be read among them."""
        prefixes = [self.prefix] if dates is None else [f"{self.prefix}{_folder(day)}" for day in sorted(dates)]
        found = [stored for prefix in prefixes for stored in self.objects.listed(prefix)]
        return [stored for stored in found if _has_rows(stored.key)]

    def rows(self, spark: SparkSession, found: Iterable[StoredObject]) -> DataFrame:
        """The rows of the objects, with the received schema."""
        schema = self.contract.received_schema
        by_schema: defaultdict[str, list[StoredObject]] = defaultdict(list)
        for stored in found:
            if stored.key not in self.unreadable:
                narrower = self.narrower.get(stored.key)
                by_schema[narrower.json() if narrower else ""].append(stored)
        frames = [
            self._read(spark, self.narrower[group[0].key] if written else schema, group)
            for written, group in sorted(by_schema.items())
        ]
        return reduce(DataFrame.unionByName, frames) if frames else spark.createDataFrame([], schema)

    def without(self, unreadable: Mapping[str, str], narrower: Mapping[str, StructType] | None = None) -> "Received":
        """The same with what was found out about its objects."""
        return replace(
            self,
            unreadable={**self.unreadable, **unreadable},
            narrower={**self.narrower, **(narrower or {})},
        )

    def _read(self, spark: SparkSession, written: StructType, group: list[StoredObject]) -> DataFrame:
        partitions = {column.name for column in self.contract.received_partitions}
        known = {entry.name: entry for entry in written}
        fields = [
            entry if entry.name in partitions else StructField(entry.name, known.get(entry.name, entry).dataType)
            for entry in self.contract.received_schema
        ]
        rows = (
            spark.read.schema(StructType(fields))
            .option("basePath", self.objects.url(self.prefix))
            .parquet(*[self.objects.url(stored.key) for stored in group])
        )
        return rows.select(
            *[F.col(entry.name).cast(entry.dataType).alias(entry.name) for entry in self.contract.received_schema]
        )


def by_date(found: Iterable[StoredObject]) -> dict[date, list[StoredObject]]:
    """The objects of each event date; one that lies in no partition belongs to no table."""
    dates: defaultdict[date, list[StoredObject]] = defaultdict(list)
    for stored in found:
        if match := DATE.search(stored.key):
            dates[date(*map(int, match.groups()))].append(stored)
    return dict(dates)


def _folder(day: date) -> str:
    return f"year={day:%Y}/month={day:%m}/day={day:%d}/"


def _has_rows(key: str) -> bool:
    return key.endswith(SUFFIX) and not key.rpartition("/")[2].startswith(HIDDEN)
