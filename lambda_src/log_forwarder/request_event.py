"""Requests on their way to the stream: a `WebRequest` and where it stood in, the bytes of its event out."""

from collections.abc import Mapping

import msgspec

from log_forwarder.log_lines import LogLine
from log_forwarder.masking import LogMask
from log_forwarder.web_request import WebRequest
from shared.address_masking import AddressMask
from shared.memo import Memo
from shared.rejection import Reason, Rejection
from shared.runtime_contract import Contract
from shared.tokens import Tokens

EVENT_TYPE = "web_request"
LIMITED = ("path", "referrer", "user_agent")


class RequestEvents:
    """Makes the events of one log file; the same line of the same file always gives the same bytes."""

    def __init__(self, contract: Contract, tokens: Tokens) -> None:
        mask, mask_address = LogMask(tokens), AddressMask(tokens)
        self._version = contract.version.rpartition(".")[0]
        self._limits = [(name, contract.column(name).rules["maxLength"]) for name in LIMITED]
        token = tokens.of("ip")
        self._token = Memo(lambda host: token(str(host)))
        self._address = Memo(lambda url: mask_address(str(url)))
        self._program = Memo(lambda agent: mask.program(str(agent)))

    def event(self, request: WebRequest, *, log_file: str, line: LogLine) -> tuple[str, bytes]:
        """The event's id and the event. Rejection if something in it is longer than the stream's readers take."""
        token = self._token[request.host]
        if token is None:
            raise Rejection(Reason.MISSING_FIELD, "host is required")
        event = {
            "event_id": f"web-{line.identity(log_file)[:40]}",
            "event_type": EVENT_TYPE,
            "schema_version": self._version,
            "occurred_at": request.occurred_at,
            "ip_address_token": token,
            "method": request.method,
            "path": self._address[request.path],
            "protocol": request.protocol,
            "status": request.status,
            "response_bytes": request.response_bytes,
            "referrer": None if request.referrer is None else self._address[request.referrer],
            "user_agent": None if request.user_agent is None else self._program[request.user_agent],
            "log_file": log_file,
            "log_line": line.number,
        }
        self._check(event)
        return str(event["event_id"]), msgspec.json.encode(event)

    def _check(self, event: Mapping[str, object]) -> None:
        if not event["path"]:
            raise Rejection(Reason.MISSING_FIELD, "path is required")
        for name, limit in self._limits:
            text = event[name]
            if isinstance(text, str) and len(text) > limit:
                raise Rejection(Reason.OUT_OF_RANGE, f"{name}: expected at most {limit} characters")
