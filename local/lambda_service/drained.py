"""Whether everything in a stream, or in a queue, is settled by every mapping that reads it.

In: the checkpoint files and Kinesis itself, or SQS. Out: yes or no. The status file plays no part: it is stale after a
kill -9, while a checkpoint is written only for settled records, so a record behind it is the only proof that counts.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from local.embedded_aws.environment import REGION
from local.lambda_service.aws_clients import aws_client
from local.lambda_service.checkpoints import Checkpoint, CheckpointStore, Start
from local.lambda_service.lineage import shards_of
from local.lambda_service.mapping import Mapping, mapping_from
from local.lambda_service.shard_reader import open_iterator

if TYPE_CHECKING:
    from mypy_boto3_kinesis import KinesisClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.literals import QueueAttributeNameType

WAITING: "tuple[QueueAttributeNameType, ...]" = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


def is_drained(work_dir: Path, endpoint: str, stream_name: str, *, region: str = REGION) -> bool:
    """True if no mapping of the stream has a record left; False also while no mapping exists.

    Reads the stream, so it is true of the moment it looks: ask after the last record was put.
    """
    kinesis: KinesisClient = aws_client("kinesis", endpoint=endpoint, region=region)
    mappings = _mappings(aws_client("lambda", endpoint=endpoint, region=region), stream_name)
    return bool(mappings) and all(has_settled(mapping, work_dir, kinesis) for mapping in mappings)


def is_queue_drained(endpoint: str, queue_name: str, *, region: str = REGION) -> bool:
    """True if no message waits or is worked on; False also while no mapping exists.

    What was given up lies in the dead-letter queue: that is settled too, and for somebody to look at.
    """
    lambda_: LambdaClient = aws_client("lambda", endpoint=endpoint, region=region)
    pages = lambda_.get_paginator("list_event_source_mappings").paginate()
    sources = [entry.get("EventSourceArn", "") for page in pages for entry in page["EventSourceMappings"]]
    if not any(source.endswith(f":{queue_name}") for source in sources):
        return False
    sqs: SQSClient = aws_client("sqs", endpoint=endpoint, region=region)
    url = sqs.get_queue_url(QueueName=queue_name)["QueueUrl"]
    counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(WAITING))["Attributes"]
    return not any(int(counts[name]) for name in WAITING)


def _mappings(client: "LambdaClient", stream_name: str) -> list[Mapping]:
    pages = client.get_paginator("list_event_source_mappings").paginate()
    described = [mapping_from(entry) for page in pages for entry in page["EventSourceMappings"]]
    return [mapping for mapping in described if mapping.stream_name == stream_name]


def has_settled(mapping: Mapping, work_dir: Path, kinesis: "KinesisClient") -> bool:
    """Whether nothing in the mapping's stream lies behind its checkpoints, for a stream that may be closed or empty."""
    store = CheckpointStore(work_dir, mapping.uuid)
    start = store.start()
    if start is None:
        # Never run: where "latest" will be is not known yet.
        if mapping.starting_position != "TRIM_HORIZON":
            return False
        start = Start(kind="TRIM_HORIZON")
    return not any(
        has_records(kinesis, mapping.stream_arn, shard.shard_id, store.read(shard.shard_id), start)
        for shard in shards_of(kinesis, mapping.stream_arn)
    )


def has_records(kinesis: "KinesisClient", stream_arn: str, shard_id: str, checkpoint: Checkpoint, start: Start) -> bool:
    """An empty read proves nothing while Kinesis says it is behind, so it reads on."""
    iterator: str | None = open_iterator(
        kinesis, stream_arn=stream_arn, shard_id=shard_id, checkpoint=checkpoint, start=start
    )
    while iterator is not None:
        answer = kinesis.get_records(StreamARN=stream_arn, ShardIterator=iterator, Limit=1)
        if answer["Records"]:
            return True
        iterator = answer.get("NextShardIterator") if answer.get("MillisBehindLatest") else None
    return False
