"""Whether everything in a stream was delivered by every delivery stream that reads it.

In: the checkpoint files and Kinesis itself, as in `local.lambda_service.drained`: what the service says plays no part.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from local.embedded_aws.environment import REGION
from local.firehose.delivery_stream import DeliveryStream
from local.firehose.service import delivery_streams
from local.lambda_service.aws_clients import aws_client
from local.lambda_service.checkpoints import CheckpointStore, Start
from local.lambda_service.drained import has_records
from local.lambda_service.lineage import shards_of

if TYPE_CHECKING:
    from mypy_boto3_kinesis import KinesisClient


def is_archived(work_dir: Path, endpoint: str, stream_name: str, *, region: str = REGION) -> bool:
    """True if no delivery stream of the stream has a record left; True also where none reads it."""
    kinesis: KinesisClient = aws_client("kinesis", endpoint=endpoint, region=region)
    streams = delivery_streams(aws_client("firehose", endpoint=endpoint, region=region))
    ours = [stream for stream in streams if stream.stream_name == stream_name and not stream.problems]
    return all(_has_delivered(stream, work_dir, kinesis) for stream in ours)


def _has_delivered(stream: DeliveryStream, work_dir: Path, kinesis: "KinesisClient") -> bool:
    store = CheckpointStore(work_dir, stream.position)
    start = store.start() or Start(kind="AT_TIMESTAMP", timestamp=stream.created_at)
    return not any(
        has_records(kinesis, stream.stream_arn, shard.shard_id, store.read(shard.shard_id), start)
        for shard in shards_of(kinesis, stream.stream_arn)
    )
