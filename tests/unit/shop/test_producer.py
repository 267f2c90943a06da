from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from local.shop.order_record import Kind, Record
from local.shop.producer import SendFailedError, SendReport, send
from local.shop.put_calls import MAX_CALL_BYTES, MAX_RECORD_BYTES

THROTTLED = {"ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": "Rate exceeded for shard"}
# What one call does instead of storing everything: it gets the stream and the entries, and gives the results.
Mishap = Callable[["FakeStream", list[Any]], list[dict[str, str]]]


class FakeStream:
    """A Kinesis client with a stream of its own; each call meets the next mishap of the plan, then all goes well."""

    def __init__(self, *plan: Mishap) -> None:
        self.stored: list[tuple[str, bytes]] = []
        self.calls: list[list[Any]] = []
        self._plan = list(plan)

    def put_records(self, *, StreamName: str, Records: list[Any]) -> dict[str, Any]:  # noqa: N803 - boto3's names
        assert StreamName == "orders"
        self.calls.append(Records)
        results = self._plan.pop(0)(self, Records) if self._plan else self.store(Records)
        return {"FailedRecordCount": sum("ErrorCode" in result for result in results), "Records": results}

    def store(self, entries: Sequence[Any]) -> list[dict[str, str]]:
        self.stored += [(entry["PartitionKey"], entry["Data"]) for entry in entries]
        return [{"ShardId": "shardId-0", "SequenceNumber": str(number)} for number in range(len(entries))]

    def by_key(self) -> dict[str, list[bytes]]:
        keys: dict[str, list[bytes]] = defaultdict(list)
        for key, data in self.stored:
            keys[key].append(data)
        return keys


def refuse(*places: int) -> Mishap:
    """The entries at these places are throttled, the others stored: HTTP 200, no exception."""

    def mishap(stream: FakeStream, entries: list[Any]) -> list[dict[str, str]]:
        return [THROTTLED if place in places else stream.store([entry])[0] for place, entry in enumerate(entries)]

    return mishap


def refuse_all(stream: FakeStream, entries: list[Any]) -> list[dict[str, str]]:
    return refuse(*range(len(entries)))(stream, entries)


def service_error(code: str, status: int = 400) -> Mishap:
    def mishap(_stream: FakeStream, _entries: list[Any]) -> list[dict[str, str]]:
        answer: Any = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}
        raise ClientError(answer, "PutRecords")

    return mishap


def answer_lost(stream: FakeStream, entries: list[Any]) -> list[dict[str, str]]:
    """The call takes effect and its answer does not come back."""
    stream.store(entries)
    raise ReadTimeoutError(endpoint_url="http://127.0.0.1")


def not_reached(_stream: FakeStream, _entries: list[Any]) -> list[dict[str, str]]:
    raise EndpointConnectionError(endpoint_url="http://127.0.0.1")


def record(identity: str, *, key: str | None = None, data: bytes | None = None, reason: str | None = None) -> Record:
    return Record(
        data=data or identity.encode(),
        partition_key=key or identity,
        identity=identity,
        kind=Kind.ORDER,
        expected_reason=reason,
    )


def some(number: int) -> list[Record]:
    return [record(f"e{place}") for place in range(number)]


def deliver(records: Sequence[Record], stream: FakeStream, **options: Any) -> SendReport:
    options = {"sleep": lambda _seconds: None, "jitter": lambda: 1.0} | options
    return send(records, client=stream, stream_name="orders", **options)


def test_records_travel_500_at_a_time_in_their_order() -> None:
    stream = FakeStream()
    report = deliver(some(1_201), stream)
    assert [len(call) for call in stream.calls] == [500, 500, 201]
    assert stream.stored == [(record.partition_key, record.data) for record in some(1_201)]
    assert (report.sent, report.sent_unique, report.calls, report.resent) == (1_201, 1_201, 3, 0)


def test_nothing_to_send_is_no_call() -> None:
    stream = FakeStream()
    assert deliver([], stream).sent == 0
    assert stream.calls == []


def test_a_call_stays_within_5_mib_with_its_partition_keys() -> None:
    stream = FakeStream()
    size = MAX_CALL_BYTES // 8
    fitting = [record(f"e{place}", data=b"x" * (size - 2)) for place in range(8)]
    deliver([*fitting, record("e9")], stream)
    assert [len(call) for call in stream.calls] == [8, 1]


def test_a_record_of_exactly_1_mib_is_sent() -> None:
    stream = FakeStream()
    deliver([record("key", data=b"x" * (MAX_RECORD_BYTES - 3))], stream)
    assert len(stream.stored) == 1


def test_a_record_beyond_1_mib_is_refused_before_its_call() -> None:
    stream = FakeStream()
    with pytest.raises(
        ValueError, match=r"record key: 1,048,577 bytes with its partition key, the stream takes 1,048,576"
    ):
        deliver([record("e1"), record("key", data=b"x" * (MAX_RECORD_BYTES - 2))], stream)
    assert stream.calls == []


def test_a_partition_key_beyond_256_characters_is_refused() -> None:
    with pytest.raises(ValueError, match="partition key of 257 characters, the stream takes 1 to 256"):
        deliver([record("e1", key="k" * 257)], FakeStream())


def test_only_the_refused_entries_are_sent_again() -> None:
    stream = FakeStream(refuse(2, 7), refuse(1))
    report = deliver(some(10), stream)
    assert [[entry["PartitionKey"] for entry in call] for call in stream.calls[1:]] == [["e2", "e7"], ["e7"]]
    assert sorted(stream.stored) == sorted((record.partition_key, record.data) for record in some(10))
    assert (report.sent, report.resent, report.in_doubt) == (10, 3, 0)


@pytest.mark.parametrize("mishap", [service_error("ProvisionedThroughputExceededException"), not_reached])
def test_a_call_that_did_not_take_effect_is_made_again(mishap: Mishap) -> None:
    stream = FakeStream(mishap, mishap)
    report = deliver(some(3), stream)
    assert (len(stream.stored), report.sent, report.resent, report.in_doubt) == (3, 3, 6, 0)


def test_after_a_lost_answer_all_is_sent_again_and_counted_once() -> None:
    stream = FakeStream(answer_lost)
    report = deliver(some(3), stream)
    assert len(stream.stored) == 6
    assert (report.sent, report.sent_unique, report.in_doubt) == (3, 3, 3)


def test_a_fault_of_the_service_leaves_doubt_as_well() -> None:
    report = deliver(some(3), FakeStream(service_error("InternalFailure", status=500)))
    assert (report.sent, report.in_doubt) == (3, 3)


@pytest.mark.parametrize("code", ["ResourceNotFoundException", "AccessDeniedException", "InvalidArgumentException"])
def test_an_error_that_retrying_does_not_mend_rises_at_once(code: str) -> None:
    stream = FakeStream(refuse(), service_error(code))
    with pytest.raises(ClientError, match=code) as raised:
        deliver(some(501), stream)
    assert len(stream.calls) == 2
    assert raised.value.__notes__ == ["PutRecords to stream orders; 500 records were accepted before"]


def test_pauses_double_up_to_five_seconds_and_are_cut_by_chance() -> None:
    pauses: list[float] = []
    stream = FakeStream(*[refuse_all] * 7)
    deliver(some(1), stream, sleep=pauses.append, jitter=lambda: 0.5)
    assert pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 2.5, 2.5]


def test_attempts_in_vain_are_bounded_and_the_ledger_is_not_lost() -> None:
    stream = FakeStream(refuse(3), *[refuse_all] * 8)
    with pytest.raises(SendFailedError, match=r"orders: 1 records refused 8 times in a row .*Rate exceeded") as raised:
        deliver(some(5), stream)
    assert raised.value.report.identities == {"e0", "e1", "e2", "e4"}
    assert len(stream.calls) == 9


def test_attempts_that_bring_something_on_do_not_count_as_vain() -> None:
    stream = FakeStream(*(refuse(*range(1, left)) for left in range(20, 1, -1)))
    report = deliver(some(20), stream, max_attempts=1)
    assert (report.sent, len(stream.calls)) == (20, 20)


def test_a_bound_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="max_attempts is 0"):
        deliver(some(1), FakeStream(), max_attempts=0)


@pytest.mark.parametrize("mishap", [refuse(0), refuse(1), refuse(0, 2), refuse_all, answer_lost])
def test_records_of_one_key_stay_in_order_through_retries(mishap: Mishap) -> None:
    records = [record(f"{key}{step}", key=key) for step in range(4) for key in "abc"]
    stream = FakeStream(mishap, mishap, mishap)
    deliver(records, stream)
    for key, stored in stream.by_key().items():
        assert sorted(set(stored), key=stored.index) == [f"{key}{step}".encode() for step in range(4)]
        assert stored == sorted(stored)


def test_a_call_holds_each_partition_key_once() -> None:
    stream = FakeStream()
    deliver([record("e1"), record("e2"), record("e1"), record("e1"), record("e3")], stream)
    assert [[entry["PartitionKey"] for entry in call] for call in stream.calls] == [["e1", "e2", "e3"], ["e1"], ["e1"]]


def test_the_ledger_has_repeats_once_and_the_expected_reasons() -> None:
    records = [record("e1"), record("e2", reason="not_json"), record("e1"), record("e2", reason="not_json")]
    report = deliver(records, FakeStream())
    assert (report.sent, report.sent_unique) == (4, 2)
    assert report.ledger == {"e1": None, "e2": "not_json"}


def test_the_identities_compare_with_stored_ids_as_sets() -> None:
    report = deliver(some(3), FakeStream())
    stored, quarantined = {"e0", "e9"}, {"e1"}
    assert report.identities - stored - quarantined == {"e2"}
    assert (stored | quarantined) - report.identities == {"e9"}


def test_progress_is_told_what_was_accepted() -> None:
    told: list[int] = []
    deliver(some(502), FakeStream(refuse(0), refuse_all), on_progress=told.append)
    assert told == [499, 1, 2]


def test_records_are_drawn_as_they_are_sent() -> None:
    drawn: list[int] = []
    stream = FakeStream()

    def endless() -> Any:
        for place in range(10_000):
            drawn.append(place)
            if place == 1_500:
                raise KeyboardInterrupt
            yield record(f"e{place}")

    with pytest.raises(KeyboardInterrupt):
        deliver(endless(), stream)
    assert len(stream.stored) == 1_500
