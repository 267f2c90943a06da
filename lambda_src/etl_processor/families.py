"""The families of events on the stream, one entry each, and the way to a record's family by its event_type.

A further family is a contract, a module beside this one, an entry here, and its tables in stacks/event_families.py.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from etl_processor.datasets import Contracts
from etl_processor.event_decoder import event_decoder, event_types
from etl_processor.event_family import EventFamily, Reading, all_members
from etl_processor.order_event import OrderEvents
from etl_processor.shop_event import ShopEvents
from etl_processor.web_request_event import WebRequests
from shared.member_rules import MemberRules
from shared.payload_masking import PayloadMask
from shared.rejection import Reason, Rejection
from shared.runtime_contract import Contract
from shared.strict_json import parsed_object
from shared.tokens import Tokens

FAMILIES: Sequence[type[EventFamily]] = (OrderEvents, ShopEvents, WebRequests)
# What is set aside without it being known which family it was meant for.
UNKNOWN = "events"
HEAD = ("event_id", "event_type", "schema_version", "occurred_at")

_ANYHOW = re.compile(rb'"event_type"\s*+:\s*+"([^"\\]{1,64})"')


class Families:
    """Reads records of every family."""

    def __init__(self, contracts: Contracts, tokens: Tokens) -> None:
        events = [contracts.event(family.EVENT) for family in FAMILIES]
        self.contract = _head_and_all_members(events)
        mask_payload = PayloadMask(self.contract, tokens)
        self._by_type: dict[str, EventFamily] = {}
        self._kinds: dict[type, tuple[EventFamily, str]] = {}
        for make in FAMILIES:
            family = make(contracts, tokens, mask_payload)
            for event_type, type_ in event_types(family.contract).items():
                self._by_type[event_type] = family
                self._kinds[type_] = family, event_type
        self._decode = event_decoder(self._kinds)
        self._known = frozenset(member.name for member in all_members(self.contract.columns))
        head = [self.contract.column(name) for name in HEAD]
        self._head_rules = MemberRules(Contract(name=UNKNOWN, version=self.contract.version, columns=tuple(head)))

    def read(self, raw: bytes, arrival_us: int) -> Reading:
        """What is to be stored of a record; Rejection with the first reason that fits."""
        try:
            event = self._decode(raw)
        except (ValueError, TypeError, ArithmeticError, RecursionError) as error:
            self._stated(raw).check_form(raw)
            raise Rejection(Reason.WRONG_TYPE, "the typed decoder refuses the event") from error
        family, event_type = self._kinds[type(event)]
        return family.read(event, event_type, raw, arrival_us)

    def source(self, raw: bytes) -> str:
        """The event that a record which is set aside was meant to be, or `UNKNOWN`."""
        family = self._named(raw)
        return family.EVENT if family else UNKNOWN

    def _named(self, raw: bytes) -> EventFamily | None:
        match = _ANYHOW.search(raw)
        return self._by_type.get(match[1].decode(errors="replace")) if match else None

    def _stated(self, raw: bytes) -> EventFamily:
        """The family that the record's event_type states, read strictly; Rejection if it states none."""
        document = parsed_object(raw, self._known)
        event_type = document.get("event_type")
        if not isinstance(event_type, str) or event_type not in self._by_type:
            self._head_rules.check(document)
        return self._by_type[str(event_type)]


def _head_and_all_members(events: Sequence[Contract]) -> Contract:
    """What holds for a record of whatever family: the head's rules, and every member that may be personal."""
    names = [event_type for event in events for event_type in event.column("event_type").rules["enum"]]
    head = [
        replace(column, rules={"enum": names}) if column.name == "event_type" else column
        for column in map(events[0].column, HEAD)
    ]
    members = [column for event in events for column in event.columns if column.name not in HEAD]
    return Contract(name=UNKNOWN, version=events[0].version, columns=(*head, *members))
