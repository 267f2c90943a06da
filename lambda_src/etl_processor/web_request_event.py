"""Web requests, as the log_forwarder reads them from logs: a decoded event in, its row of web_requests out."""

from collections.abc import Sequence
from typing import Any, ClassVar

from etl_processor.datasets import Contracts
from etl_processor.event_family import EventFamily
from etl_processor.event_rows import Content, EventRows, EventTable, Line
from shared.address_masking import AddressMask
from shared.memo import Memo
from shared.payload_masking import PayloadMask
from shared.rejection import Reason, Rejection
from shared.table_object import LakeObject
from shared.text_masking import CONTACT, SURE, TextMask
from shared.tokens import Tokens

COLUMNS = (
    "event_id",
    "event_type",
    "occurred_at",
    "ip_address_token",
    "method",
    "path",
    "protocol",
    "status",
    "response_bytes",
    "referrer",
    "user_agent",
    "log_file",
    "log_line",
    "schema_version",
    "_extra",
)


class WebRequests(EventFamily):
    """Requests that a web server logged: the table web_requests. Addresses come as tokens; texts are masked again."""

    EVENT: ClassVar[str] = "web_request_event"
    PATTERNED: ClassVar[tuple[str, ...]] = ("ip_address_token",)

    def __init__(self, contracts: Contracts, tokens: Tokens, mask_payload: PayloadMask) -> None:
        super().__init__(contracts, tokens, mask_payload)
        table = contracts.table("web_requests")
        self.hold_years(table)
        self._table = EventTable(table, columns=COLUMNS)
        is_token = self._patterns["ip_address_token"]
        mask, mask_contact, mask_address = TextMask(SURE, tokens), TextMask(CONTACT, tokens), AddressMask(tokens)
        self._is_token = Memo(lambda text: is_token(str(text)) is not None)
        self._address = Memo(lambda text: mask_address(text) if isinstance(text, str) else None)
        # In the name of an object, marks of an address mean nothing.
        self._file = Memo(lambda text: mask(text) if isinstance(text, str) else None)
        self._program = Memo(lambda text: mask_contact(text) if isinstance(text, str) else None)

    def objects(self, rows: EventRows, *, hour: int, shard_id: str) -> Sequence[LakeObject]:
        """An object of web_requests."""
        arrays = self._table.arrays(rows, shard_id)
        return (self._table.lake_object(arrays, rows, hour=hour, shard_id=shard_id),)

    def _row(self, event: Any, event_type: str, occurred_us: int) -> tuple[Content, Sequence[Line]]:
        if not self._is_token[event.ip_address_token]:
            raise Rejection(Reason.BAD_FORMAT, "ip_address_token does not match its pattern")
        content = (
            event.event_id,
            event_type,
            occurred_us,
            event.ip_address_token,
            self._program[event.method],
            self._address[event.path],
            self._program[event.protocol],
            event.status,
            event.response_bytes if isinstance(event.response_bytes, int) else None,
            self._address[event.referrer],
            self._program[event.user_agent],
            self._file[event.log_file],
            event.log_line,
            event.schema_version,
            None,
        )
        return content, ()

    def _holds_address(self, event: Any) -> bool:  # noqa: ARG002  nobody's address belongs into a request
        return False

    def _mask_identifiers(self, event: Any) -> None:
        """Nothing: every text of a request is masked in any case."""
