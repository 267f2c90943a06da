"""What can befall the work of a mapping, and where; and what a mapping then reads instead of the function's answer."""

import json
from typing import Any, Literal

from local.lambda_service.answer import Answered, FunctionFailed, Invocation, NotInvoked

# Where the work can be befallen: before and after each thing that leaves a trace.
Point = Literal[
    "invoke", "answer", "put silver", "put quarantine", "put failures", "stored", "checkpoint", "checkpointed"
]
Action = Literal[
    "crash", "error", "throttled", "partial", "whole batch", "empty identifier", "foreign identifier", "null answer"
]
PUTS: tuple[Point, ...] = ("put silver", "put quarantine", "put failures")
ANSWERS: tuple[Action, ...] = ("partial", "whole batch", "empty identifier", "foreign identifier", "null answer")


def answered(action: Action | None, answer: Any, payload: bytes) -> Invocation:
    """What the mapping reads, when the answer is another than the handler's."""
    records = json.loads(payload)["Records"]
    named = {
        "partial": records[len(records) // 2]["kinesis"]["sequenceNumber"],
        "whole batch": records[0]["kinesis"]["sequenceNumber"],
        "empty identifier": "",
        "foreign identifier": "12345",
        "null answer": None,
    }
    if action is None:
        return Answered(json.dumps(answer).encode())
    if action == "error":
        return FunctionFailed("Runtime.ExitError", b"{}")
    if action == "throttled":
        return NotInvoked("throttled")
    return Answered(json.dumps({"batchItemFailures": [{"itemIdentifier": named[action]}]}).encode())
