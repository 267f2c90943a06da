"""Hive's column types for DuckDB: the catalog's word goes in, DuckDB's comes out."""

import re

SCALARS = {
    "string": "VARCHAR",
    "boolean": "BOOLEAN",
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "int": "INTEGER",
    "bigint": "BIGINT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "binary": "BLOB",
}
DECIMAL = re.compile(r"decimal\((\d{1,2}),\s*(\d{1,2})\)")
# Parquet tells instants (adjusted to UTC) from wall-clock times and states a unit; Hive has one timestamp, in UTC here.
TIMESTAMPS = frozenset(
    {"TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP_S"},
)


def duckdb_type(hive_type: str) -> str:
    """``decimal(18,4)`` -> ``DECIMAL(18,4)``; ValueError lists what is known."""
    if match := DECIMAL.fullmatch(hive_type):
        return f"DECIMAL({match[1]},{match[2]})"
    if hive_type not in SCALARS:
        known = ", ".join([*SCALARS, "decimal(p,s)"])
        raise ValueError(f"column type is {hive_type!r}, readable are: {known}")
    return SCALARS[hive_type]


def fits(found: str, expected: str) -> bool:
    """Whether a file's DuckDB type is what the catalog promises."""
    return found == expected or (expected == "TIMESTAMP" and found in TIMESTAMPS)
