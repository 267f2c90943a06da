"""What a mapping leaves behind when it gives up on records: Lambda's invocation record, as an object in S3.

In: the discarded records and the last answer. Out: one object that holds the whole event, so it can be sent again.
https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
"""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from local.lambda_service.answer import FunctionFailed
from local.lambda_service.delivery import Discard
from local.lambda_service.event import EventSource, event_payload

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def invocation_record(discard: Discard, *, source: EventSource, function_arn: str, at: datetime) -> dict[str, Any]:
    """Lambda's document; responseContext is missing if the function was never invoked with these records."""
    first, last = discard.records[0], discard.records[-1]
    return {
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "functionArn": function_arn,
            "condition": discard.condition,
            "approximateInvokeCount": discard.invocations,
        },
        **_response_context(discard),
        "version": "1.0",
        "timestamp": _iso(at.timestamp()),
        "KinesisBatchInfo": {
            "shardId": source.shard_id,
            "startSequenceNumber": first.sequence_number,
            "endSequenceNumber": last.sequence_number,
            "approximateArrivalOfFirstRecord": _iso(first.arrived_at),
            "approximateArrivalOfLastRecord": _iso(last.arrived_at),
            "batchSize": len(discard.records),
            "streamArn": source.stream_arn,
        },
        "payload": json.loads(event_payload(discard.records)),
    }


def object_key(mapping_uuid: str, shard_id: str, *, at: datetime) -> str:
    """Lambda's naming: a folder per mapping, shard and day."""
    return f"aws/lambda/{mapping_uuid}/{shard_id}/{at:%Y/%m/%d}/{at:%Y-%m-%dT%H.%M.%S}-{uuid.uuid4()}"


@dataclass(frozen=True, kw_only=True)
class S3Destination:
    """The bucket a mapping names as its on-failure destination."""

    s3: "S3Client"
    bucket: str
    mapping_uuid: str
    function_arn: str

    def put(self, discard: Discard, source: EventSource) -> str:
        """Writes the object and returns its key."""
        now = datetime.now(UTC)
        document = invocation_record(discard, source=source, function_arn=self.function_arn, at=now)
        key = object_key(self.mapping_uuid, source.shard_id, at=now)
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=json.dumps(document), ContentType="application/json")
        return key


def _response_context(discard: Discard) -> dict[str, Any]:
    if discard.last_answer is None:
        return {}
    context = {"statusCode": 200, "executedVersion": "$LATEST"}
    if isinstance(discard.last_answer, FunctionFailed):
        context["functionError"] = "Unhandled"
    return {"responseContext": context}


def _iso(timestamp: float) -> str:
    return datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
