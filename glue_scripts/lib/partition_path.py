"""A partition as it stands in a path: ``year=2026/month=3/day=7``, written as Spark writes it."""

from collections.abc import Sequence
from urllib.parse import unquote

from lib.published_table import Partition
from lib.table_contract import TableColumn

# What Spark writes for null and for an empty text.
NULL = "__HIVE_DEFAULT_PARTITION__"
# ExternalCatalogUtils.charToEscape of Spark 3.5.
ESCAPED = {chr(code) for code in (*range(1, 32), 127)} | set("\"#%'*/:=?\\{[]^")


def partition_path(columns: Sequence[TableColumn], partition: Partition) -> str:
    """The path; ValueError if there are more or fewer values than columns."""
    pairs = zip(columns, partition, strict=True)
    return "/".join(f"{column.name}={_escaped(str(value))}" for column, value in pairs)


def partition_of(columns: Sequence[TableColumn], path: str) -> Partition:
    """The values in ``path``; ValueError if one of them is null."""
    texts = [part.partition("=")[2] for part in path.split("/")]
    if NULL in texts:
        raise ValueError(f"{path}: a row without {columns[texts.index(NULL)].name} has no partition; nothing published")
    return tuple(
        int(text) if column.type in ("int", "bigint") else unquote(text)
        for column, text in zip(columns, texts, strict=True)
    )


def _escaped(text: str) -> str:
    return "".join(f"%{ord(letter):02X}" if letter in ESCAPED else letter for letter in text)
