"""What goes wrong inside a boto3 client, where no proxy reaches: answers no server gave, entries that were refused.

https://botocore.amazonaws.com/v1/documentation/api/latest/topics/events.html
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders


class _NoBody:
    """As much of urllib3's response as botocore asks of an answer without one."""

    def stream(self, **_: Any) -> list[bytes]:
        return []


@dataclass(kw_only=True)
class Unavailable:
    """The service answers 503 to the next ``times`` attempts of ``operation`` ("s3.PutObject"); none reaches it."""

    operation: str
    times: int
    befell: int = 0

    def within(self, client: Any) -> "Unavailable":
        """Befalls the client from now on."""
        client.meta.events.register_first(f"before-send.{self.operation}", self._answer)
        return self

    def _answer(self, request: Any, **_: Any) -> AWSResponse | None:
        if self.befell == self.times:
            return None
        self.befell += 1
        return AWSResponse(request.url, 503, HTTPHeaders(), _NoBody())


@dataclass(kw_only=True)
class RefusedEntries:
    """The next ``times`` calls of PutRecords succeed, but not for the entries at ``places``: these never arrive."""

    places: Collection[int]
    times: int
    befell: int = 0
    refused: int = 0
    _held_back: list[int] = field(default_factory=list)

    def within(self, client: Any) -> "RefusedEntries":
        """Befalls the client from now on."""
        client.meta.events.register("provide-client-params.kinesis.PutRecords", self._hold_back)
        client.meta.events.register("after-call.kinesis.PutRecords", self._tell)
        return self

    def _hold_back(self, params: dict[str, Any], **_: Any) -> dict[str, Any]:
        entries = params["Records"]
        # One entry must go, or there would be no call at all.
        places = [place for place in sorted(self.places) if 0 < place < len(entries)]
        if self.befell == self.times or not places:
            return params
        self.befell += 1
        self.refused += len(places)
        self._held_back = places
        return params | {"Records": [entry for place, entry in enumerate(entries) if place not in self._held_back]}

    def _tell(self, parsed: dict[str, Any], **_: Any) -> None:
        refusal = {"ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": "planned"}
        for place in self._held_back:
            parsed["Records"].insert(place, dict(refusal))
        if self._held_back:
            parsed["FailedRecordCount"] = len(self._held_back)
        self._held_back = []
