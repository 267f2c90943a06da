"""What a data contract says, as frozen data classes: a dataset, its columns and what must be true of it."""

from dataclasses import dataclass
from typing import Any

from contracts.sensitivity import Sensitivity


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column, or one member of a nested document.

    ``type`` is written as Hive and Glue write it; ``struct`` and ``array`` carry their members in ``fields``.
    ``pii`` is the kind of personal data (``email``, ``phone``, ``name``, ``ip``) or None. ``sensitivity`` is the
    column's own or that of its most sensitive member.
    """

    name: str
    type: str
    required: bool
    description: str
    pii: str | None = None
    sensitivity: Sensitivity = "none"
    partition: bool = False
    key: bool = False
    options: tuple[tuple[str, Any], ...] = ()
    fields: tuple["Column", ...] = ()

    def option(self, name: str) -> Any:
        """The rule ``name`` (pattern, minLength, maxLength, minimum, maximum, minItems, maxItems, enum), or None.

        And for a table filled from files, how a value is come by, in this order: ``sourceName`` (see `source`),
        ``nullValues`` (texts that mean null here, beside those of the format), ``dropCharacters`` (characters that are
        left out before the text is read, as the ``$`` of an amount), ``datePart`` (``year``: the source has a date, of
        which only the year is kept), ``tokenOf`` (email, phone, name, ip: the value is replaced by its token; length
        and pattern are the value's).
        """
        return dict(self.options).get(name)

    @property
    def source(self) -> str:
        """Where in a row of the source the value stands: a header, or members of JSON and places in lists (from 0)
        with dots between: ``addresses.0.city``.
        """
        return str(self.option("sourceName") or self.name)


@dataclass(frozen=True, kw_only=True)
class QualityRule:
    """What must be true of a whole table, as ODCS words it: a library ``metric`` of ``columns`` within ``limits``.

    ``unit`` is ``rows`` or ``percent``; ``arguments`` are the metric's own, such as ``validValues``.
    """

    metric: str
    columns: tuple[str, ...] = ()
    arguments: tuple[tuple[str, Any], ...] = ()
    limits: tuple[tuple[str, Any], ...] = ()
    unit: str = "rows"
    description: str = ""

    def argument(self, name: str) -> Any:
        """The metric's argument ``name``, or None."""
        return dict(self.arguments).get(name)


@dataclass(frozen=True, kw_only=True)
class Contract:
    """One dataset. ``database``, ``zone`` and ``received_as`` are None for what is not a table.

    A table is received (functions add objects to it, catalogued as ``received_as``), published (a job replaces whole
    partitions of it, catalogued under the contract's name), or both: then ``published_by`` names those of its
    partitions that jobs replace, and the view over what was received is called ``live_as``. ``published`` says that it
    is published only.

    ``full_as`` names a second view with all columns; the other one then leaves the sensitive ones out. None: the one
    view has all columns. ``captured_from`` is the table of a database, as ``schema.table``, whose state or changes
    stand here. Of a table filled from files, ``ignored_source_columns`` are those that are known and not taken, in JSON
    the outermost members, from within which a column may be taken all the same; ``partition_by`` is the column that
    year and month are taken from.
    """

    name: str
    version: str
    owner: str
    purpose: str
    limitations: str
    granularity: str
    columns: tuple[Column, ...]
    database: str | None = None
    zone: str | None = None
    received_as: str | None = None
    full_as: str | None = None
    ignored_source_columns: tuple[str, ...] = ()
    partition_by: str | None = None
    published: bool = False
    published_by: tuple[str, ...] = ()
    live_as: str | None = None
    quality: tuple[QualityRule, ...] = ()
    captured_from: str | None = None

    @property
    def view_name(self) -> str:
        """What the view is called in which each received row stands once."""
        return self.live_as or self.name

    @property
    def is_published(self) -> bool:
        """Whether a job publishes it."""
        return self.published or bool(self.published_by)

    @property
    def published_partitions(self) -> tuple[Column, ...]:
        """Columns that stand in the path of the published table, in order; empty if it is none."""
        return tuple(column for column in self.partitions if self.published or column.name in self.published_by)

    @property
    def published_columns(self) -> tuple[Column, ...]:
        """Columns of the published table: those of its files, then those of its path."""
        return (*self.data_columns, *self.published_partitions)

    @property
    def view_columns(self) -> tuple[Column, ...]:
        """Columns of the view `view_name`, in order."""
        return tuple(column for column in self.columns if not self.full_as or column.sensitivity == "none")

    @property
    def views(self) -> dict[str, tuple[Column, ...]]:
        """The views over what was received, with the columns of each; empty for what is not received."""
        if not self.received_as:
            return {}
        views = {self.view_name: self.view_columns}
        return views | {self.full_as: self.columns} if self.full_as else views

    @property
    def catalogued(self) -> dict[str, tuple[Column, ...]]:
        """Every name under which a reader finds it, with the columns there."""
        tables = {self.name: self.published_columns} if self.is_published else {}
        return tables | ({self.received_as: self.columns} if self.received_as else {}) | self.views

    @property
    def data_columns(self) -> tuple[Column, ...]:
        """Columns that stand in the files, in order."""
        return tuple(column for column in self.columns if not column.partition)

    @property
    def partitions(self) -> tuple[Column, ...]:
        """Columns that stand in the path, in order."""
        return tuple(column for column in self.columns if column.partition)

    @property
    def received_partitions(self) -> tuple[Column, ...]:
        """Columns that stand in the path of the received table, in order; empty if it is none."""
        return () if self.published else self.partitions

    @property
    def source_columns(self) -> tuple[Column, ...]:
        """Columns that a source's row fills, in order; those with a ``_`` in front say where the row came from."""
        return tuple(column for column in self.data_columns if not column.name.startswith("_"))

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the columns that identify a row."""
        return tuple(column.name for column in self.columns if column.key)
