"""A message of the queue, as EventBridge put it there: text in, the `Arrival` of one file out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """One object that came. ``version_id`` None: the bucket keeps no versions, the ``etag`` alone says which it was."""

    bucket: str
    key: str
    etag: str
    version_id: str | None
    size: int

    @property
    def is_folder(self) -> bool:
        """Whether it is the empty object by which consoles show a folder."""
        return self.key.endswith("/") and self.size == 0


def arrival_of(message: Mapping[str, Any]) -> Arrival:
    """The arrival an SQS message tells of; ValueError says what is no such message."""
    try:
        body = json.loads(message["body"])
        kind, detail = body["detail-type"], body["detail"]
        found = detail["object"]
        arrival = Arrival(
            bucket=detail["bucket"]["name"],
            key=found["key"],
            etag=found["etag"].strip('"'),
            version_id=found.get("version-id") or None,
            size=int(found.get("size", 0)),
        )
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as error:
        raise ValueError(f"the message is no event of S3 from EventBridge ({type(error).__name__}: {error})") from error
    if kind != "Object Created":
        raise ValueError(f"the message tells of {kind!r}, expected 'Object Created'; correct the rule's pattern")
    return arrival
