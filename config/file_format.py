"""How the files of a source are written: plain data, held against itself."""

import codecs
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

FileKind = Literal["csv", "json_lines", "json"]
Compression = Literal["gzip"]

FILE_KINDS: tuple[FileKind, ...] = get_args(FileKind)


@dataclass(frozen=True, kw_only=True)
class FileFormat:
    """One way of writing rows.

    ``csv``: ``delimiter`` may have several characters, then nothing can be quoted (``quote`` None). ``row_end`` is what
    ends a row; None takes any line end. ``columns`` names the columns in order where there is no ``header``.
    ``json_lines``: one object per line; ``json``: one list of objects.

    Texts of ``null_values``, and of ``true_values`` and ``false_values`` for a boolean, are meant without the blanks
    around them. ``date_formats`` are tried in order, as strptime writes them; none means ISO 8601. ``compression`` None
    goes by the file's name: gzip if it ends in .gz.
    """

    kind: FileKind
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str | None = '"'
    row_end: str | None = None
    header: bool = True
    columns: tuple[str, ...] = ()
    date_formats: tuple[str, ...] = ()
    null_values: tuple[str, ...] = ("",)
    true_values: tuple[str, ...] = ("true",)
    false_values: tuple[str, ...] = ("false",)
    compression: Compression | None = None

    def __post_init__(self) -> None:
        if self.kind not in FILE_KINDS:
            raise ValueError(f"format kind {self.kind!r} is unknown; there are: {', '.join(FILE_KINDS)}")
        self._check_encoding()
        self._check_csv()
        for name in ("date_formats", "null_values", "true_values", "false_values"):
            if isinstance(getattr(self, name), str):
                raise ValueError(f"format: {name} is one text; give a tuple of texts")
        if both := {*self.true_values} & {*self.false_values}:
            raise ValueError(f"format: {sorted(both)} mean true and false; each text can mean one thing")
        for date_format in self.date_formats:
            if "%Y" not in date_format:
                raise ValueError(f"format: date format {date_format!r} has no year in four digits (%Y)")

    def document(self) -> dict[str, Any]:
        """The format as the data_validator reads it."""
        return asdict(self)

    def _check_encoding(self) -> None:
        try:
            codecs.lookup(self.encoding)
        except LookupError as error:
            raise ValueError(
                f"format: Python knows no encoding {self.encoding!r}; utf-8-sig is UTF-8 with BOM"
            ) from error

    def _check_csv(self) -> None:
        if self.kind != "csv":
            if self.columns or not self.header:
                raise ValueError(f"format {self.kind}: columns and header are for csv; JSON names its own members")
            return
        if not self.delimiter or self.delimiter == self.quote:
            raise ValueError(f"format: delimiter {self.delimiter!r} cannot part columns quoted with {self.quote!r}")
        if self.quote is not None and (len(self.quote) != 1 or len(self.delimiter) != 1 or self.row_end):
            raise ValueError(
                f"format: quote {self.quote!r} with delimiter {self.delimiter!r} and row_end {self.row_end!r}; where "
                "one of these has several characters nothing can be quoted: set quote to None"
            )
        if self.header == bool(self.columns):
            raise ValueError("format: name the columns if, and only if, the files have no header (header=False)")
        if len(set(self.columns)) < len(self.columns):
            raise ValueError(f"format: columns names one twice: {', '.join(self.columns)}")
