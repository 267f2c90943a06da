"""Whether captured files may be merged: what they look like and what they hold, against the table's contract."""

from collections.abc import Collection
from datetime import datetime

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql.types import DataType, StructType

from lib.captured_table import BEFORE, CHANGE_SEQ, COMMIT_TS, OPERATION, CapturedTable
from lib.objects import StoredObject
from lib.row_hash import row_hash

OPERATIONS = ("I", "U", "D")
NUMBER = "^[0-9]{35}$"
# What Spark makes of a file's type, by the contract's. Smaller integers are read as what they are.
FILE_TYPES = {
    "int": ("tinyint", "smallint", "int"),
    "timestamp": ("timestamp", "timestamp_ntz"),
}
# A load of less than this of what is there is rather an accident.
SMALLEST_SHARE = 0.5


def refused_columns(found: StructType, table: CapturedTable) -> list[str]:
    """Why files with the columns ``found``, all files' together, cannot be merged; empty if they can."""
    expected = {field.name: field.dataType for field in table.file_schema}
    types = {field.name: field.dataType for field in found}
    unknown = sorted(types.keys() - expected.keys())
    wrong = [name for name in expected if name in types and not _fits(types[name], expected[name])]
    return [
        *(f"column {name} is not in the contract" for name in unknown),
        *(f"column {name} is missing" for name in sorted(table.necessary - types.keys())),
        *(
            f"column {name} is {types[name].simpleString()}, the contract says {expected[name].simpleString()}"
            for name in wrong
        ),
    ]


def _fits(found: DataType, expected: DataType) -> bool:
    wanted = expected.simpleString()
    return found.simpleString() in FILE_TYPES.get(wanted, (wanted,))


def refused_rows(rows: DataFrame, table: CapturedTable) -> list[str]:
    """Why ``rows`` of files cannot be merged; empty if they can. One pass over keys, operations and numbers."""
    operation, number = F.col(OPERATION), F.col(CHANGE_SEQ)
    is_change = number.isNotNull()
    lacks_key = F.lit(False)
    lacks_old_key = F.lit(False)
    for key in table.keys:
        lacks_key = lacks_key | F.col(f"`{table.sources[key]}`").isNull()
        lacks_old_key = lacks_old_key | F.col(f"`{table.sources[BEFORE + key]}`").isNull()
    reasons = {
        "have an operation other than I, U or D": ~F.coalesce(operation.isin(*OPERATIONS), F.lit(False)),
        "have no key": lacks_key,
        "are updates without the key as it was": (operation == "U") & lacks_old_key,
        "are updates or deletions without a number": (operation != "I") & ~is_change,
        "have a number that is not of 35 digits": is_change & ~number.rlike(NUMBER),
    }
    counts = rows.agg(*(F.count_if(reason).alias(str(place)) for place, reason in enumerate(reasons.values()))).first()
    found = zip(reasons, counts or (), strict=True)
    return [f"{count} rows {reason}" for reason, count in found if count]


def refused_numbers(rows: DataFrame, table: CapturedTable) -> list[str]:
    """Why changes cannot be told apart by their numbers: one that stands for two of them. Empty if they can."""
    content = row_hash(F.col(OPERATION), *(F.col(f"`{source}`") for source in table.sources.values()))
    different = rows.where(F.col(CHANGE_SEQ).isNotNull()).select(CHANGE_SEQ, content.alias("_content"))
    spans = different.groupBy(CHANGE_SEQ).agg((F.min("_content") != F.max("_content")).alias("_differs"))
    count = spans.where("_differs").count()
    return [f"{count} numbers stand for several different changes"] if count else []


def refused_second_meanings(changed: DataFrame, past: DataFrame, table: CapturedTable) -> list[str]:
    """Why ``changed`` contradicts the history ``past``, both in silver's words: a number that is another change there.

    Columns of tokens are not compared: here they are still in clear.
    """
    told = [name for name in changed.columns if name not in {CHANGE_SEQ, COMMIT_TS, *table.kinds}]
    known = past.select(CHANGE_SEQ, *(F.col(name).alias(f"_known_{name}") for name in told))
    same = F.lit(True)
    for name in told:
        same = same & F.col(name).eqNullSafe(F.col(f"_known_{name}"))
    count = changed.join(known, on=CHANGE_SEQ).where(~same).select(CHANGE_SEQ).distinct().count()
    return [f"{count} numbers stand for other changes than in the history"] if count else []


def refused_unfinished(load: Collection[StoredObject], settled_before: datetime | None) -> list[str]:
    """Why a new full load may not be there as a whole yet: the source's rows come in many files, over hours."""
    moments = [found.modified for found in load if found.modified]
    if settled_before is None or not moments or max(moments) <= settled_before:
        return []
    return [f"the new full load may still be written: its last file is of {max(moments):%Y-%m-%dT%H:%M:%SZ}"]


def refused_load(loaded: int, known: int) -> list[str]:
    """Why a full load of ``loaded`` rows may not take the place of ``known`` ones."""
    if known and not loaded:
        return [f"the new full load is empty, the table has {known} rows"]
    if loaded < known * SMALLEST_SHARE:
        return [f"the new full load has {loaded} rows, the table has {known}: less than half, or not there as a whole"]
    return []
