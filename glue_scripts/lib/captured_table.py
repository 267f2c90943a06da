"""A captured table as the merge sees it: what its files hold, and what silver calls it."""

from dataclasses import dataclass
from functools import cached_property
from importlib import resources

from pyspark.sql.types import StringType, StructField, StructType

from lib.table_contract import PACKAGE, TableColumn, TableContract, load_contract

# Columns of the files beside the source's own, and the same in silver.
OPERATION, SILVER_OPERATION = "Op", "_op"
CHANGE_SEQ, COMMIT_TS, BEFORE = "_change_seq", "_commit_ts", "_old_"
CHANGES = "_changes"
SUFFIX = ".json"


@dataclass(frozen=True, kw_only=True)
class CapturedTable:
    """``state`` and ``changes`` are the contracts of what is published of it."""

    state: TableContract
    changes: TableContract

    @property
    def source(self) -> str:
        """``schema.table``."""
        return str(self.state.captured_from)

    @property
    def folder(self) -> str:
        """Where its files lie, below the folder of all: ``schema/table``."""
        return self.source.replace(".", "/", 1)

    @cached_property
    def columns(self) -> tuple[TableColumn, ...]:
        """The source's own, as silver has them, in order."""
        return tuple(column for column in self.state.columns if column.name != CHANGE_SEQ)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def keys(self) -> tuple[str, ...]:
        return self.state.keys

    @cached_property
    def sources(self) -> dict[str, str]:
        """What the source calls a column, by what silver calls it; the keys before a change are among them."""
        own = {column.name: str(_rule(column, "sourceName") or column.name) for column in self.columns}
        return own | {BEFORE + key: BEFORE + own[key] for key in self.keys}

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Of the columns that hold tokens, the kind of what they are tokens of."""
        return {column.name: str(kind) for column in self.columns if (kind := _rule(column, "tokenOf"))}

    @cached_property
    def file_schema(self) -> StructType:
        """The files', in the source's words."""
        types = {column.name: column.field.dataType for column in self.columns}
        types |= {BEFORE + key: types[key] for key in self.keys}
        fields = [StructField(source, types[name]) for name, source in self.sources.items()]
        return StructType([StructField(name, StringType()) for name in (OPERATION, CHANGE_SEQ, COMMIT_TS)] + fields)

    @cached_property
    def necessary(self) -> frozenset[str]:
        """Columns without which a file cannot be merged; the others may have come to the source later."""
        required = {self.sources[column.name] for column in self.columns if column.required}
        keys = {self.sources[name] for key in self.keys for name in (key, BEFORE + key)}
        return frozenset(required | keys | {OPERATION, CHANGE_SEQ, COMMIT_TS})


def captured_table(name: str) -> CapturedTable:
    """The one whose state is published as ``name``."""
    return CapturedTable(state=load_contract(name), changes=load_contract(name + CHANGES))


def captured_tables(schemas: list[str]) -> list[CapturedTable]:
    """All that the package knows of the databases ``schemas``, by name."""
    files = [entry.name for entry in resources.files(PACKAGE).iterdir() if entry.name.endswith(SUFFIX)]
    names = sorted(file.removesuffix(SUFFIX) for file in files)
    captured = [name for name in names if load_contract(name).captured_from and not name.endswith(CHANGES)]
    tables = [captured_table(name) for name in captured]
    return [table for table in tables if table.source.partition(".")[0] in schemas]


def _rule(column: TableColumn, name: str) -> object:
    return dict(column.rules).get(name)
