"""Objects that hold no rows a job could read: found when reading failed, set aside with the reason, never deleted.

Reading is tried first and costs nothing; only when it failed is every object looked at. First its footer, then, a few
hundred objects at a time, all of its pages.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import DataType, DecimalType, IntegerType, LongType, ShortType, StructType, TimestampNTZType

from lib.objects import Objects, StoredObject
from lib.received import Received
from lib.table_contract import TableContract

FOLDER = "corrupt_files/"
# What Spark raises when it cannot read, from Java or as its own.
READ_ERRORS = (Py4JError, PySparkException)
# The magic number twice and the length of a footer; Spark passes over an object of no bytes without a word.
SMALLEST_BYTES = 12
MAGIC = b"PAR1"
AT_ONCE = 8
PAGES_AT_ONCE = 500
WHOLE_NUMBERS = (ShortType, IntegerType, LongType)


class TooManyUnreadableError(Exception):
    """When more of the input cannot be read than may be left out: nothing is published, somebody has to look."""


@dataclass(frozen=True, kw_only=True)
class Examination:
    """What was found: reasons by key of what cannot be read, and the schemas of objects to be widened."""

    unreadable: Mapping[str, str] = field(default_factory=dict)
    narrower: Mapping[str, StructType] = field(default_factory=dict)


def too_small(found: Sequence[StoredObject]) -> dict[str, str]:
    """What cannot be Parquet by its size."""
    return {stored.key: "no_parquet" for stored in found if stored.size < SMALLEST_BYTES}


def examine(spark: SparkSession, received: Received, found: Sequence[StoredObject]) -> Examination:
    """Looks at every object. What fails is read a second time, so that no failure of the network is taken for one."""
    unreadable: dict[str, str] = {}
    narrower: dict[str, StructType] = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        footers = pool.map(lambda stored: _footer(spark, received.objects, stored), found)
        for stored, written in zip(found, footers, strict=True):
            if isinstance(written, str):
                unreadable[stored.key] = written
            elif other := _other_types(written, received.contract):
                unreadable[stored.key] = f"other_types: {other}"
            elif _is_narrower(written, received.contract):
                narrower[stored.key] = written
    known = received.without(unreadable, narrower)
    sound = [stored for stored in found if stored.key not in unreadable]
    unreadable |= dict.fromkeys(_damaged(sound, lambda some: known.rows(spark, some)), "damaged")
    return Examination(unreadable=unreadable, narrower=narrower)


def set_aside(quarantine: Objects, bucket: Objects, found: StoredObject, reason: str) -> None:
    """A copy with its reason beside it; the object itself stays where it is, for whoever can mend it."""
    place = f"{FOLDER}{found.key}/{found.etag}"
    quarantine.create(f"{place}.parquet", bucket.read(found.key) or b"")
    document = {"object": bucket.url(found.key), "size": found.size, "etag": found.etag, "reason": reason}
    quarantine.write(f"{place}.json", json.dumps(document, sort_keys=True).encode())


def refuse_too_many(unreadable: int, of: int, *, percent: int, table: str) -> None:
    """TooManyUnreadableError if more than ``percent`` of the objects cannot be read; one never is too many.

    Of a few objects one is more than any percentage that makes sense of many, and would stop the job for good.
    """
    if unreadable > 1 and unreadable * 100 > of * percent:
        raise TooManyUnreadableError(
            f"{table}: {unreadable} of {of} objects cannot be read, more than {percent} %; nothing published. They are "
            f"listed below {FOLDER} in quarantine: replace them, or allow more with --max_unreadable_percent"
        )


def _footer(spark: SparkSession, objects: Objects, stored: StoredObject) -> StructType | str:
    """What the object says of its columns, or why it says nothing."""
    for _ in range(2):
        try:
            return spark.read.parquet(objects.url(stored.key)).schema
        except READ_ERRORS:
            body = objects.read(stored.key)
            if body is None:
                raise FileNotFoundError(f"{objects.url(stored.key)} was replaced meanwhile; run this again") from None
            if not (body.startswith(MAGIC) and body.endswith(MAGIC)):
                return "no_parquet"
    return "damaged"


def _damaged(found: Sequence[StoredObject], rows: Callable[[Sequence[StoredObject]], DataFrame]) -> Iterator[str]:
    """Keys of objects that have a footer and cannot be read to their end."""
    for start in range(0, len(found), PAGES_AT_ONCE):
        left = list(found[start : start + PAGES_AT_ONCE])
        while left and (message := _read_error(rows(left))):
            # Spark names the file it failed on.
            named = [stored for stored in left if stored.key.rpartition("/")[2] in message]
            if not named:
                raise OSError(f"{len(left)} objects cannot be read, and Spark names none of them: {message[:2_000]}")
            if _read_error(rows(named[:1])):
                yield named[0].key
                left.remove(named[0])


def _read_error(rows: DataFrame) -> str | None:
    try:
        rows.write.format("noop").mode("overwrite").save()
    except READ_ERRORS as error:
        return str(error)
    return None


def _other_types(written: StructType, contract: TableContract) -> str | None:
    """The first column that cannot become what the contract says."""
    for column in contract.columns:
        if column.name in written.names and not _fits(written[column.name].dataType, column.field.dataType):
            return f"{column.name} is {written[column.name].dataType.simpleString()}, the contract says {column.type}"
    return None


def _fits(written: DataType, wanted: DataType) -> bool:
    if isinstance(written, DecimalType) and isinstance(wanted, DecimalType):
        return written.scale == wanted.scale and written.precision <= wanted.precision
    if isinstance(written, WHOLE_NUMBERS) and isinstance(wanted, WHOLE_NUMBERS):
        return WHOLE_NUMBERS.index(type(written)) <= WHOLE_NUMBERS.index(type(wanted))
    if isinstance(written, TimestampNTZType):
        return wanted.typeName() == "timestamp"
    return written == wanted


def _is_narrower(written: StructType, contract: TableContract) -> bool:
    return any(
        column.name in written.names
        and isinstance(column.field.dataType, LongType)
        and written[column.name].dataType != column.field.dataType
        for column in contract.columns
    )
