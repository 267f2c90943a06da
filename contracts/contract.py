"""What a data contract says, as frozen data classes: a dataset and its columns."""

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
class Contract:
    """One dataset. ``database``, ``zone`` and ``received_as`` are None for what is not a table.

    ``full_as`` names a second view with all columns; the one called like the contract then leaves the sensitive ones
    out. None: the one view has all columns. Of a table filled from files, ``ignored_source_columns`` are those that are
    known and not taken, in JSON the outermost members, from within which a column may be taken all the same;
    ``partition_by`` is the column that year and month are taken from.
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

    @property
    def view_columns(self) -> tuple[Column, ...]:
        """Columns of the view that is called like the contract, in order."""
        return tuple(column for column in self.columns if not self.full_as or column.sensitivity == "none")

    @property
    def data_columns(self) -> tuple[Column, ...]:
        """Columns that stand in the files, in order."""
        return tuple(column for column in self.columns if not column.partition)

    @property
    def partitions(self) -> tuple[Column, ...]:
        """Columns that stand in the path, in order."""
        return tuple(column for column in self.columns if column.partition)

    @property
    def source_columns(self) -> tuple[Column, ...]:
        """Columns that a source's row fills, in order; those with a ``_`` in front say where the row came from."""
        return tuple(column for column in self.data_columns if not column.name.startswith("_"))

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the columns that identify a row."""
        return tuple(column.name for column in self.columns if column.key)
