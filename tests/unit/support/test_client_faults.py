"""Do the hooks show a client what AWS would, without anything arriving that should not?"""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from local.shop.order_record import Kind, Record
from local.shop.producer import send
from tests.support.client_faults import RefusedEntries, Unavailable


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield


def stream() -> Any:
    client = boto3.client("kinesis", region_name="eu-west-1")
    client.create_stream(StreamName="s", ShardCount=1)
    return client


def in_stream(client: Any) -> list[bytes]:
    shard = client.list_shards(StreamName="s")["Shards"][0]["ShardId"]
    iterator = client.get_shard_iterator(StreamName="s", ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    return [record["Data"] for record in client.get_records(ShardIterator=iterator["ShardIterator"])["Records"]]


@pytest.mark.usefixtures("aws")
def test_an_unavailable_service_is_asked_again_by_the_sdk_itself() -> None:
    client = boto3.client("s3", region_name="us-east-1")
    client.create_bucket(Bucket="bucket")
    fault = Unavailable(operation="s3.PutObject", times=2).within(client)
    answer = client.put_object(Bucket="bucket", Key="k", Body=b"x")
    assert (fault.befell, answer["ResponseMetadata"]["RetryAttempts"]) == (2, 2)


@pytest.mark.usefixtures("aws")
def test_an_unavailable_service_is_given_up_after_the_sdks_attempts() -> None:
    client = boto3.client("s3", region_name="us-east-1")
    client.create_bucket(Bucket="bucket")
    Unavailable(operation="s3.PutObject", times=100).within(client)
    with pytest.raises(ClientError, match="503"):
        client.put_object(Bucket="bucket", Key="k", Body=b"x")


@pytest.mark.usefixtures("aws")
def test_refused_entries_never_arrive_though_the_call_succeeds() -> None:
    client = stream()
    fault = RefusedEntries(places={1, 3}, times=1).within(client)
    entries = [{"Data": b"%d" % number, "PartitionKey": "k"} for number in range(5)]
    answer = client.put_records(StreamName="s", Records=entries)
    assert answer["FailedRecordCount"] == 2
    assert [bool(result.get("ErrorCode")) for result in answer["Records"]] == [False, True, False, True, False]
    assert in_stream(client) == [b"0", b"2", b"4"]
    assert (fault.befell, fault.refused) == (1, 2)


@pytest.mark.usefixtures("aws")
def test_of_a_partly_refused_call_the_producer_sends_the_refused_again_and_nothing_else() -> None:
    client = stream()
    fault = RefusedEntries(places={2, 8}, times=2).within(client)
    records = [
        Record(data=b"%d" % number, partition_key=str(number), identity=str(number), kind=Kind.ORDER)
        for number in range(20)
    ]
    report = send(records, client=client, stream_name="s", sleep=lambda _: None)
    assert sorted(in_stream(client)) == sorted(record.data for record in records)
    assert (report.sent, report.sent_unique, report.resent) == (20, 20, fault.refused)
    assert fault.refused > 0
