"""Why a row is set aside, beside the reasons of `shared.rejection`, and why a file is refused whole."""

from enum import StrEnum


class RowReason(StrEnum):
    """Reasons that only rows of files can have."""

    COLUMN_COUNT = "column_count"
    BAD_QUOTES = "bad_quotes"
    UNKNOWN_MEMBER = "unknown_member"
    REPEATED_KEY = "repeated_key"  # another row of the file has the same key and other values


class Check(StrEnum):
    """What a file is held against, in the order in which it fails."""

    SIZE = "size"
    COMPRESSION = "compression"
    ENCODING = "encoding"
    FORM = "form"
    HEADER = "header"
    ROW_COUNT = "row_count"
    KEYS = "keys"
    ERROR_SHARE = "error_share"
    FRESHNESS = "freshness"


class Refusal(ValueError):  # noqa: N818  a verdict on a file, not an error of the program
    """When a file must be refused whole: reading on or trying again would not help."""

    def __init__(self, check: Check, *, expected: str, observed: str) -> None:
        super().__init__(f"{check}: expected {expected}, found {observed}")
        self.check, self.expected, self.observed = check, expected, observed
