"""What the families of events have in common: a decoded event in, a `Reading` or a `Rejection` out.

Nearly all records are good, so they take the fast way: one typed decoding, then the rules. What fails there is read
again strictly, to find the reason; what leaves a doubt there (see `_is_doubtful`), to make sure and to find members
that the contract does not know. A family adds what its events mean and which rows they become.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from etl_processor.datasets import Contracts
from etl_processor.event_decoder import event_encoder
from etl_processor.event_rows import Content, EventRows, Line
from shared.member_rules import MemberRules
from shared.memo import Memo
from shared.payload_masking import PayloadMask
from shared.rejection import Reason, Rejection
from shared.runtime_contract import Column, Contract
from shared.strict_json import parsed_object
from shared.table_object import LakeObject
from shared.text_masking import EMAIL, IDENTIFIER, TextMask
from shared.tokens import Tokens
from shared.unknown_members import unknown_members

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
# How far a producer's clock may run ahead of the stream's.
CLOCK_TOLERANCE_US = 15 * 60 * 1_000_000
# Members with a pattern that every family has. The decoder leaves patterns to this package.
PATTERNED = ("event_id", "schema_version")

# the family, event_id, occurred_at in microseconds since 1970, the row of the family's first table, the lines of its
# second
Reading = tuple["EventFamily", str, int, Content, Sequence[Line]]


class EventFamily(ABC):
    """Events of one contract, and the tables their rows go to. ``mask_payload`` masks members that are not known."""

    EVENT: ClassVar[str]
    PATTERNED: ClassVar[tuple[str, ...]] = ()  # further members whose pattern the family checks

    def __init__(self, contracts: Contracts, tokens: Tokens, mask_payload: PayloadMask) -> None:
        self.contract = contracts.event(self.EVENT)
        self._encode_into, self._again = event_encoder(), bytearray()
        self._rules = MemberRules(self.contract)
        self._members = {column.name: column for column in all_members(self.contract.columns)}
        self._patterns = self._known_patterns()
        self._is_event_id = self._patterns["event_id"]
        self._is_version = Memo(self._version_check())
        self._needed = _needed(self.contract)
        self._mask_payload = mask_payload
        self._mask_address, self._identifier = TextMask(EMAIL, tokens), TextMask(IDENTIFIER, tokens)
        times = self.contract.column("occurred_at").rules
        self._plausible_us = _moment_us(times["minimum"]), _moment_us(times["maximum"])

    def hold_years(self, table: Contract) -> None:
        """The table's partitions bound the years in which an event can be stored."""
        years = table.column("year").rules
        self._earliest_us, self._latest_us = _year_us(years["minimum"]), _year_us(years["maximum"] + 1)

    @abstractmethod
    def objects(self, rows: EventRows, *, hour: int, shard_id: str) -> Sequence[LakeObject]:
        """The objects of one shard's rows of one hour, counted from 1970; the first is that of the first table."""

    @abstractmethod
    def _row(self, event: Any, event_type: str, occurred_us: int) -> tuple[Content, Sequence[Line]]:
        """The event's row, whose last member is left to `_extra`, and its lines; Rejection if it means nothing."""

    @abstractmethod
    def _mask_identifiers(self, event: Any) -> None:
        """Replace the e-mail addresses in members that are stored as they came."""

    def read(self, event: Any, event_type: str, raw: bytes, arrival_us: int) -> Reading:
        """What is to be stored of an event and its record; Rejection with the first reason, form before meaning."""
        try:
            occurred_us = (event.occurred_at - EPOCH) // MICROSECOND
            if not (
                self._is_version[event.schema_version]
                and self._is_event_id(event.event_id)
                and self._earliest_us <= occurred_us < self._latest_us
                and occurred_us <= arrival_us + CLOCK_TOLERANCE_US
            ):
                raise self._wrong_head(event, occurred_us, arrival_us)
            content, lines = self._row(event, event_type, occurred_us)
            if self._is_doubtful(raw, event):
                extra = unknown_members(parsed_object(raw, self._members), self.contract.columns)
                self._mask_identifiers(event)
                content, lines = self._row(event, event_type, occurred_us)
                content = (*content[:-1], self._mask_payload.document(extra) if extra else None)
        except (ValueError, TypeError, ArithmeticError) as error:
            self.check_form(raw)
            if isinstance(error, Rejection):
                raise
            raise Rejection(Reason.WRONG_TYPE, "the typed decoder refuses the event") from error
        return self, event.event_id, occurred_us, content, lines

    def check_form(self, raw: bytes) -> None:
        """Rejection for the first member of the record that breaks its rule."""
        self._rules.check(parsed_object(raw, self._members))

    def _wrong_head(self, event: Any, occurred_us: int, arrival_us: int) -> Rejection:
        if not (self._is_version[event.schema_version] and self._is_event_id(event.event_id)):
            return Rejection(Reason.BAD_FORMAT, f"one of {', '.join(PATTERNED)} does not match its pattern")
        earliest_us, latest_us = self._plausible_us
        if not earliest_us <= occurred_us <= latest_us:
            return Rejection(Reason.BAD_TIMESTAMP, "occurred_at: no plausible year")
        if occurred_us > arrival_us + CLOCK_TOLERANCE_US:
            return Rejection(Reason.CLOCK_SKEW, "occurred_at is more than 15 minutes after the arrival")
        return Rejection(Reason.BAD_TIMESTAMP, "occurred_at: the year is outside the tables' partitions")

    def _check_needed(self, event: Any, event_type: str) -> None:
        for name in self._needed[event_type]:
            if not getattr(event, name):  # UNSET, null, and the empty text that says as little
                raise Rejection(Reason.MISSING_FIELD, f"{name} is required in {event_type}")

    def _is_doubtful(self, raw: bytes, event: Any) -> bool:
        """Whether the record may hold what the decoder does not show: a member twice, NULs, a stray e-mail address.

        What was decoded is written again. A record of the same length has no room for more than that; only a time with
        a fraction is written longer than it came. In a longer record, more quotes betray a member that is unknown or
        stands twice. Escapes would spoil the comparison and hide characters. An @ belongs into the e-mail address only.
        """
        if b"\\" in raw:
            return True
        again = self._again
        self._encode_into(event, again)
        has_room = len(again) != len(raw) or event.occurred_at.microsecond
        if has_room and again.count(b'"') != raw.count(b'"'):
            return True
        at = raw.find(b"@")
        return at >= 0 and (raw.find(b"@", at + 1) >= 0 or not self._holds_address(event))

    def _holds_address(self, event: Any) -> bool:
        """Whether there is an @ where one belongs."""
        customer = event.customer
        return bool(customer and customer.email and "@" in customer.email)

    def _masked_identifier(self, text: str) -> str:
        """An identifier without what only a telephone number looks like; a plain @ is looked for elsewhere."""
        is_plain = text.isascii() and not (" " in text or "+" in text or "%" in text)
        return text if is_plain else self._identifier(text)

    def _known_patterns(self) -> Mapping[str, Callable[[str], object]]:
        found = {
            name: re.compile(member.rules["pattern"]).fullmatch
            for name, member in self._members.items()
            if "pattern" in member.rules
        }
        known = (*PATTERNED, *self.PATTERNED)
        if found.keys() != set(known):
            raise ValueError(f"contract {self.EVENT}: patterns of {sorted(found)}, this code checks {sorted(known)}")
        return found

    def _version_check(self) -> Callable[[object], bool]:
        major, is_version = f"{self.contract.major_version}.", self._patterns["schema_version"]
        return lambda text: str(text).startswith(major) and is_version(str(text)) is not None


def _needed(contract: Contract) -> dict[str, tuple[str, ...]]:
    """By event_type the members that are required in events of that type alone."""
    return {
        event_type: tuple(
            column.name for column in contract.columns if event_type in column.rules.get("requiredFor", ())
        )
        for event_type in contract.column("event_type").rules["enum"]
    }


def all_members(columns: Sequence[Column]) -> list[Column]:
    return [member for column in columns for member in (column, *all_members(column.fields))]


def _moment_us(text: str) -> int:
    return (datetime.fromisoformat(text) - EPOCH) // MICROSECOND


def _year_us(year: int) -> int:
    return (datetime(year, 1, 1, tzinfo=UTC) - EPOCH) // MICROSECOND
