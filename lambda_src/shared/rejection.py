"""Why a record is set aside: a reason code for machines, a detail for people; neither ever holds a record's values."""

from enum import StrEnum


class Reason(StrEnum):
    """Reason codes, roughly in the order in which they are looked for; the first that fits is the record's."""

    BAD_BASE64 = "bad_base64"
    KPL_AGGREGATED = "kpl_aggregated"  # several events in one record, packed by the Kinesis Producer Library
    BAD_ENCODING = "bad_encoding"  # not UTF-8, or UTF-8 with a byte order mark
    NUL_BYTE = "nul_byte"
    NOT_FINITE = "not_finite"
    DUPLICATE_KEY = "duplicate_key"
    TOO_DEEP = "too_deep"
    NOT_JSON = "not_json"
    NOT_OBJECT = "not_object"
    BAD_UNICODE = "bad_unicode"  # half of a surrogate pair
    UNKNOWN_SCHEMA = "unknown_schema"
    MISSING_FIELD = "missing_field"
    WRONG_TYPE = "wrong_type"
    UNKNOWN_TYPE = "unknown_type"
    BAD_FORMAT = "bad_format"
    OUT_OF_RANGE = "out_of_range"
    BAD_TIMESTAMP = "bad_timestamp"
    CLOCK_SKEW = "clock_skew"
    BUSINESS_RULE = "business_rule"
    EVENT_ID_CONFLICT = "event_id_conflict"  # an earlier one of its family says something else under the id


class Rejection(ValueError):  # noqa: N818  a verdict on a record, not an error of the program
    """When a record must be set aside: trying it again would not help, and its neighbours must not wait for it."""

    def __init__(self, reason: StrEnum, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail

    def bare(self) -> "Rejection":
        """The same without the traceback it was caught with, which holds on to all that was at hand then."""
        return Rejection(self.reason, self.detail)
