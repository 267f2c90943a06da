"""Does what a shop sends by HTTP stand in silver, each event once, and is the shop told when it does not?

The applied templates, models and refusals are what answers here; nothing of them is written again.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from local.demo.flow import STREAM, ask, drain
from local.demo.platform import ENV, Platform
from local.front_door import LocalDoor, front_door
from local.front_door.door import Send
from local.lambda_service.aws_clients import aws_client
from local.shop.shop_day import generate
from local.shop.visits import with_visits
from tests.support.door_client import DoorClient, client_with_quota

Document = dict[str, Any]


@pytest.fixture(scope="module")
def door(platform: Platform) -> Iterator[LocalDoor]:
    with front_door(platform.aws.endpoint, region=ENV.region) as door:
        yield door


@pytest.fixture
def shop(door: LocalDoor) -> DoorClient:
    return DoorClient(door=door)


def events(count: int, *, seed: int) -> list[Document]:
    """A good day of orders with the visits before them, each event once."""
    day = with_visits(generate(count, seed=seed, bad_share=0, repeat_share=0), seed=seed, bad_share=0, repeat_share=0)
    return [json.loads(record.data) for record in day]


def an_order(seed: int) -> Document:
    return next(event for event in events(20, seed=seed) if event["event_type"] == "order_placed")


def stored(platform: Platform, sent: list[Document]) -> dict[str, int]:
    """How often each event that was sent stands in a table that takes it, repeats included."""
    drain(platform)
    ids = [event["event_id"] for event in sent]
    with ask(platform) as lake:
        rows = lake.rows(
            "SELECT event_id, count(*) FROM (SELECT event_id FROM orders_received UNION ALL "
            "SELECT event_id FROM clickstream_received) WHERE list_contains(?, event_id) GROUP BY event_id",
            [ids],
        )
        assert lake.rows("SELECT count(*) FROM quarantine WHERE list_contains(?, record_id)", [ids]) == [(0,)]
    return dict(rows)


def test_every_event_that_is_accepted_stands_in_silver_once(platform: Platform, shop: DoorClient) -> None:
    sent = events(300, seed=61)
    alone, together = sent[:50], sent[50:]
    assert [shop.post("/events", event) for event in alone] == [(202, {"accepted": 1, "failed": []})] * len(alone)
    for start in range(0, len(together), 500):
        chunk = together[start : start + 500]
        assert shop.post("/events/batch", {"events": chunk}) == (202, {"accepted": len(chunk), "failed": []})
    assert len(together) > 500
    assert stored(platform, sent) == {event["event_id"]: 1 for event in sent}


def test_a_wrong_event_is_refused_with_the_member_and_nothing_reaches_the_stream(
    platform: Platform, shop: DoorClient
) -> None:
    order, before = an_order(62), newest(platform)
    missing = {name: value for name, value in order.items() if name != "order_id"}
    for body, named in ((missing, '"order_id"'), (order | {"currency": "gbp"}, "(?:currency){0}")):
        for path, whole in (("/events", body), ("/events/batch", {"events": [order, body]})):
            status, said = shop.post(path, whole)
            assert (status, said["error"]) == (400, "bad_event")
            assert named in said["details"]
    assert newest(platform) == before


def test_personal_data_does_not_come_back_in_a_refusal(shop: DoorClient) -> None:
    order = an_order(63) | {"customer": {"email": "jane@example.com", "phone": ["+44 20 7946 0000"]}, "currency": "x"}
    status, said = shop.post("/events", order)
    assert status == 400
    assert "jane" not in json.dumps(said)
    assert "7946" not in json.dumps(said)


@pytest.mark.parametrize("key", [None, "not-a-key"])
def test_without_a_key_nobody_comes_in(door: LocalDoor, key: str | None) -> None:
    status, said = DoorClient(door=door, key=key).post("/events", an_order(64))
    assert (status, said["error"]) == (403, "invalid_api_key")


def test_what_is_no_json_of_ours_is_refused(shop: DoorClient) -> None:
    assert shop.post("/events", b"{")[0] == 400
    assert shop.post("/events", an_order(65), content_type="text/plain")[0] == 415
    assert shop.post("/orders", an_order(65))[0] == 403


def test_what_is_too_large_is_refused_by_the_stream_or_before_it(shop: DoorClient) -> None:
    order = an_order(66)
    larger_than_a_record = order | {"note": "x" * 1_100_000}
    larger_than_a_call = {"events": [order | {"note": "x" * 900_000}] * 6}
    larger_than_a_request = b" " * (10 * 1024 * 1024 + 1)
    for path, body in (
        ("/events", larger_than_a_record),
        ("/events/batch", {"events": [larger_than_a_record]}),
        ("/events/batch", larger_than_a_call),
        ("/events", larger_than_a_request),
    ):
        status, said = shop.post(path, body)
        assert (status, said["error"]) == (413, "too_large")


def test_a_client_that_sends_more_than_its_quota_is_told_so(platform: Platform) -> None:
    with (
        client_with_quota(platform, 2) as key,
        front_door(platform.aws.endpoint, region=ENV.region) as door,
    ):
        said = [DoorClient(door=door, key=key).post("/events", an_order(67)) for _ in range(3)]
    assert [status for status, _ in said] == [202, 202, 429]
    assert said[2][1]["error"] == "quota_exceeded"


def test_of_a_batch_taken_in_part_only_what_failed_is_sent_again(platform: Platform) -> None:
    sent = events(40, seed=68)[:100]
    fault = Throttle(place=7)
    with front_door(platform.aws.endpoint, region=ENV.region, through=fault.within) as door:
        shop = DoorClient(door=door)
        status, said = shop.post("/events/batch", {"events": sent})
        assert status == 503
        assert said == {
            "accepted": 99,
            "failed": [{"index": 7, "reason": "ProvisionedThroughputExceededException"}],
        }
        assert shop.deliver([sent[entry["index"]] for entry in said["failed"]]) == 1
    assert fault.counts == [100, 1]
    assert stored(platform, sent) == {event["event_id"]: 1 for event in sent}


def test_a_throttled_stream_is_the_callers_to_try_again(platform: Platform) -> None:
    def throttled(_: Send) -> Send:
        return lambda *_: (400, b'{"__type": "ProvisionedThroughputExceededException", "message": "shard 1 of secret"}')

    with front_door(platform.aws.endpoint, region=ENV.region, through=throttled) as door:
        for path, body in (("/events", an_order(69)), ("/events/batch", {"events": [an_order(69)]})):
            status, said = DoorClient(door=door).post(path, body)
            assert (status, said["error"]) == (503, "not_stored")
            assert "secret" not in json.dumps(said)


def newest(platform: Platform) -> list[tuple[str, str]]:
    """The end of each shard. An iterator of the embedded AWS names the record after which it begins."""
    kinesis = aws_client("kinesis", endpoint=platform.aws.endpoint, region=ENV.region)
    ends = []
    for shard in kinesis.list_shards(StreamName=STREAM)["Shards"]:
        place = {"StreamName": STREAM, "ShardId": shard["ShardId"]}
        iterator = kinesis.get_shard_iterator(ShardIteratorType="LATEST", **place)["ShardIterator"]
        ends.append((shard["ShardId"], iterator))
    return ends


class Throttle:
    """Refuses one entry of the first PutRecords, and remembers how many each call had."""

    def __init__(self, *, place: int) -> None:
        self.place = place
        self.counts: list[int] = []

    def within(self, send: Send) -> Send:
        def befallen(action: str, body: bytes) -> tuple[int, bytes]:
            call = json.loads(body)
            self.counts.append(len(call["Records"]))
            if len(self.counts) > 1:
                return send(action, body)
            call["Records"].pop(self.place)
            status, told = send(action, json.dumps(call).encode())
            answer = json.loads(told)
            refused = {"ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": "Rate exceeded"}
            answer["Records"].insert(self.place, refused)
            return status, json.dumps(answer | {"FailedRecordCount": 1}).encode()

        return befallen
