"""Sends records to the order stream: `Record`s go in, PutRecords calls and a `SendReport` come out.

Nothing is dropped: an entry that the stream refused is sent again, without those it accepted. After a call whose answer
was lost nobody knows what arrived, so all of it is sent again and may lie in the stream twice; readers know such twins
by their identity.

PutRecords promises no order within a call. A call therefore holds at most one record per partition key (`put_calls`),
and the next call starts only when all of this one was accepted: the records of one key stand in the stream in the order
given, whatever is sent again. Records that all share a single key travel one by one.
"""

import random
import time
from collections.abc import Callable, Iterable, KeysView
from dataclasses import dataclass, field
from typing import Any, Protocol

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotReachedError

from local.shop.order_record import Record
from local.shop.put_calls import calls

THROTTLES = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "LimitExceededException",
        "KMSThrottlingException",
        "Throttling",
        "ThrottlingException",
        "RequestLimitExceeded",
    }
)
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0


class StreamClient(Protocol):
    """What is needed of boto3's Kinesis client."""

    @property
    def put_records(self) -> Callable[..., Any]: ...


@dataclass(frozen=True, kw_only=True)
class SendReport:
    """The producer's ledger.

    ``sent`` counts the records the stream accepted, repeats included; ``ledger`` has each identity once, with the
    reason it is expected to be set aside with (None: expected in the lake). ``resent`` counts the entries of calls that
    had to be made again, ``in_doubt`` those of them whose answer was lost and which the stream may hold twice.
    """

    sent: int = 0
    calls: int = 0
    resent: int = 0
    in_doubt: int = 0
    ledger: dict[str, str | None] = field(default_factory=dict, repr=False)

    @property
    def sent_unique(self) -> int:
        """How many different records were sent: what stored and quarantined must add up to."""
        return len(self.ledger)

    @property
    def identities(self) -> KeysView[str]:
        """Every identity once; a set, to be compared with the ids that were stored."""
        return self.ledger.keys()


class SendFailedError(Exception):
    """When the stream accepts nothing more, however often it is asked; ``report`` tells what it took before."""

    def __init__(self, message: str, report: SendReport) -> None:
        super().__init__(message)
        self.report = report


def send(
    records: Iterable[Record],
    *,
    client: StreamClient,
    stream_name: str,
    on_progress: Callable[[int], object] | None = None,
    max_attempts: int = 8,
    sleep: Callable[[float], object] = time.sleep,
    jitter: Callable[[], float] = random.random,
) -> SendReport:
    """Send all records, those of one key in order, and wait until each is accepted.

    ``on_progress`` is told after each call how many more were accepted. ``max_attempts`` bounds the attempts in a row
    in which nothing is accepted; then `SendFailedError`. A record beyond the stream's limits is a ValueError before its
    call is made. Errors that retrying does not mend (no such stream, no right) rise as they are.
    """
    if max_attempts < 1:
        raise ValueError(f"max_attempts is {max_attempts}, expected 1 or more")
    sender = _Sender(client, stream_name, max_attempts=max_attempts, sleep=sleep, jitter=jitter)
    for call in calls(records):
        sender.deliver(call, on_progress or (lambda _: None))
    return sender.report()


class _Sender:
    """One run of `send`: makes the calls and keeps the books."""

    def __init__(
        self,
        client: StreamClient,
        stream_name: str,
        *,
        max_attempts: int,
        sleep: Callable[[float], object],
        jitter: Callable[[], float],
    ) -> None:
        self._client, self._stream_name = client, stream_name
        self._max_attempts, self._sleep, self._jitter = max_attempts, sleep, jitter
        self._sent = self._calls = self._resent = self._in_doubt = 0
        self._ledger: dict[str, str | None] = {}

    def report(self) -> SendReport:
        return SendReport(
            sent=self._sent, calls=self._calls, resent=self._resent, in_doubt=self._in_doubt, ledger=self._ledger
        )

    def deliver(self, call: list[Record], on_progress: Callable[[int], object]) -> None:
        """Send these records until the last one is accepted."""
        pending, fruitless = call, 0
        while pending:
            refused, cause = self._attempt(pending)
            accepted = len(pending) - len(refused)
            fruitless = 0 if accepted else fruitless + 1
            if accepted:
                on_progress(accepted)
            if fruitless == self._max_attempts:
                raise SendFailedError(
                    f"stream {self._stream_name}: {len(refused)} records refused {fruitless} times in a row ({cause}); "
                    f"{self._sent:,} were accepted before. Check the stream and its shards, then send again: "
                    "records sent twice are stored once",
                    self.report(),
                )
            if refused:
                self._resent += len(refused)
                self._sleep(self._pause_seconds(fruitless))
            pending = refused

    def _attempt(self, records: list[Record]) -> tuple[list[Record], str]:
        """One call: the records the stream refused, in order, and why."""
        entries = [{"Data": record.data, "PartitionKey": record.partition_key} for record in records]
        self._calls += 1
        try:
            answer = self._client.put_records(StreamName=self._stream_name, Records=entries)
        except (ClientError, NotReachedError, HTTPClientError) as error:
            if not _worth_retrying(error):
                error.add_note(f"PutRecords to stream {self._stream_name}; {self._sent:,} records were accepted before")
                raise
            if _effect_unknown(error):
                self._in_doubt += len(records)
            return records, f"{type(error).__name__}: {error}"
        return self._book(records, answer["Records"])

    def _book(self, records: list[Record], results: list[dict[str, Any]]) -> tuple[list[Record], str]:
        refused, cause = [], ""
        for record, result in zip(records, results, strict=True):
            if result.get("ErrorCode"):
                refused.append(record)
                cause = f"{result['ErrorCode']}: {result.get('ErrorMessage', '')}"
            else:
                self._sent += 1
                self._ledger.setdefault(record.identity, record.expected_reason)
        return refused, cause

    def _pause_seconds(self, fruitless: int) -> float:
        """Doubles with each attempt in vain; random, so that several producers do not come back all at once."""
        return self._jitter() * min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2.0**fruitless)


def _worth_retrying(error: Exception) -> bool:
    """A throttled call, a fault of the service or a broken connection; not a mistake in the call."""
    return not isinstance(error, ClientError) or _is_throttle(error) or _is_fault_of_service(error)


def _effect_unknown(error: Exception) -> bool:
    """The records may have arrived although the call failed (not so a `NotReachedError`)."""
    return isinstance(error, HTTPClientError) or (isinstance(error, ClientError) and _is_fault_of_service(error))


def _is_throttle(error: ClientError) -> bool:
    return error.response.get("Error", {}).get("Code") in THROTTLES


def _is_fault_of_service(error: ClientError) -> bool:
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500
