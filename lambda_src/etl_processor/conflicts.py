"""One event_id, two payloads in one batch: the first is kept, a later one that says something else is refused.

An id is one of its family, as a key is one of its table: what is stored must not depend on who shares a batch.
What lies in two batches meets in the catalogue only: the views ``<table>_conflicts`` show it (contracts/conflicts.py).
"""

from collections import defaultdict
from collections.abc import Sequence

from pybase64 import b64decode

from etl_processor.event_family import EventFamily
from etl_processor.event_rows import Content, Line
from etl_processor.families import Families
from shared.rejection import Reason, Rejection

# The first record was judged when it came; nothing it says about time matters any more.
ANY_TIME_US = 2**62


class FirstOfEachId(defaultdict[EventFamily, dict[str, str]]):
    """By family and event_id the data, in base64, of the first record that has it: a reference, no copy."""

    def __init__(self, families: Families) -> None:
        super().__init__(dict)
        self._families = families

    def check(self, family: EventFamily, event_id: str, data: str, content: Content, lines: Sequence[Line]) -> None:
        """Rejection if the first record of this id would be stored as other rows; spelling is no difference."""
        first = self[family][event_id]
        if first == data:
            return
        _, _, _, first_content, first_lines = self._families.read(decoded(first), ANY_TIME_US)
        if (first_content, list(first_lines)) != (content, list(lines)):
            raise Rejection(Reason.EVENT_ID_CONFLICT, "an earlier record says something else under this event_id")


def decoded(data: str) -> bytes:
    """A record's bytes; Rejection if it is no base64."""
    try:
        return b64decode(data, validate=True)
    except ValueError as error:
        raise Rejection(Reason.BAD_BASE64, "expected base64 in the standard alphabet, padded") from error
