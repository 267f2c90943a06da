"""What a job knows of a table: its contract as it was shipped beside the code, and the schemas that follow from it."""

import json
from dataclasses import dataclass
from importlib import resources
from typing import Any

from pyspark.sql import Column
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql.types import (
    BooleanType,
    DataType,
    DateType,
    DecimalType,
    DoubleType,
    IntegerType,
    LongType,
    StringType,
    StructField,
    StructType,
    TimestampType,
)

PACKAGE = "platform_contracts"
TYPES: dict[str, DataType] = {
    "string": StringType(),
    "boolean": BooleanType(),
    "int": IntegerType(),
    "bigint": LongType(),
    "double": DoubleType(),
    "timestamp": TimestampType(),
    "date": DateType(),
}


@dataclass(frozen=True, kw_only=True)
class TableColumn:
    """One column, its type as Hive writes it; ``rules`` are the contract's further statements on it."""

    name: str
    type: str
    required: bool
    rules: tuple[tuple[str, Any], ...] = ()

    @property
    def field(self) -> StructField:
        """The column in a schema of Spark, which lets anything be null; whether it may be is a rule of the table."""
        return StructField(self.name, spark_type(self.type))


@dataclass(frozen=True, kw_only=True)
class TableContract:
    """``columns`` stand in the files, partitions in the path. ``zone`` is the lake zone the table lies in.

    ``captured_from`` is the table of a database, ``schema.table``, whose state or changes stand here.
    """

    name: str
    version: str
    zone: str
    columns: tuple[TableColumn, ...]
    partitions: tuple[TableColumn, ...]
    received_partitions: tuple[TableColumn, ...]
    keys: tuple[str, ...]
    ruleset: str
    captured_from: str | None = None

    @property
    def schema(self) -> StructType:
        """The published table's, and so of every final ``select``: the columns, then its partitions."""
        return StructType([column.field for column in (*self.columns, *self.partitions)])

    @property
    def received_schema(self) -> StructType:
        """The received table's: the columns, then its partitions."""
        return StructType([column.field for column in (*self.columns, *self.received_partitions)])

    @property
    def partition_names(self) -> tuple[str, ...]:
        """In the order of the path."""
        return tuple(column.name for column in self.partitions)


def load_contract(name: str) -> TableContract:
    """The contract ``name``; ValueError lists those there are."""
    folder = resources.files(PACKAGE)
    path = folder / f"{name}.json"
    if not path.is_file():
        known = ", ".join(
            sorted(entry.name.removesuffix(".json") for entry in folder.iterdir() if "json" in entry.name)
        )
        raise ValueError(f"{PACKAGE}: no contract {name!r}; there are: {known}")
    document = json.loads(path.read_bytes())
    return TableContract(
        name=document["name"],
        version=document["version"],
        zone=document["zone"],
        columns=_columns(document["columns"]),
        partitions=_columns(document["published_partitions"]),
        received_partitions=_columns(document["received_partitions"]),
        keys=tuple(document["keys"]),
        ruleset=document["ruleset"],
        captured_from=document.get("captured_from"),
    )


def spark_type(hive_type: str) -> DataType:
    """``decimal(18,4)`` as Spark has it."""
    if hive_type.startswith("decimal("):
        precision, scale = hive_type.removeprefix("decimal(").removesuffix(")").split(",")
        return DecimalType(int(precision), int(scale))
    return TYPES[hive_type]


def is_wider(hive_type: str, *, than: str) -> bool:
    """Whether every value of ``than`` is one of ``hive_type`` too."""
    wide, narrow = spark_type(hive_type), spark_type(than)
    if isinstance(wide, DecimalType) and isinstance(narrow, DecimalType):
        return wide.scale >= narrow.scale and wide.precision - wide.scale >= narrow.precision - narrow.scale
    return (hive_type, than) in (("bigint", "int"),)


def as_now(column: TableColumn, written: str | None) -> Column:
    """A column as its contract has it now: null where it was not there yet, wider where it was narrower."""
    if written is None:
        return F.lit(None).cast(spark_type(column.type)).alias(column.name)
    if written == column.type:
        return F.col(column.name)
    refuse_narrower(column, written)
    return F.col(column.name).cast(spark_type(column.type)).alias(column.name)


def refuse_narrower(column: TableColumn, written: str) -> None:
    """ValueError if the column, once ``written`` as another type, cannot hold every value it may have got."""
    if not is_wider(column.type, than=written):
        raise ValueError(
            f"column {column.name} was written as {written}, and {column.type} does not hold every such value; "
            "give the contract a type that does, or the column another name"
        )


def _columns(documents: list[dict[str, Any]]) -> tuple[TableColumn, ...]:
    return tuple(
        TableColumn(
            name=document["name"],
            type=document["type"],
            required=document["required"],
            rules=tuple((key, value) for key, value in document.items() if key not in ("name", "type", "required")),
        )
        for document in documents
    )
