"""What is to be captured and where to, read from the DMS task of the emulated AWS or said by hand."""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from local.change_capture.mapping_rules import MappingRules, read_rules
from local.lambda_service.aws_clients import aws_client


@dataclass(frozen=True, kw_only=True)
class CaptureTask:
    """``folder`` is the bucket's, without a slash at its end; ``dated`` puts changes into a folder for each day."""

    mappings: str
    bucket: str
    folder: str
    commit_column: str
    dated: bool = True

    @cached_property
    def rules(self) -> MappingRules:
        return read_rules(self.mappings)


def task_from_dms(endpoint: str, name: str) -> CaptureTask:
    """The task called ``name``."""
    dms = aws_client("dms", endpoint=endpoint)
    found = dms.describe_replication_tasks(Filters=[{"Name": "replication-task-id", "Values": [name]}])
    (task,) = found["ReplicationTasks"]
    (target,) = _endpoints(dms, task["TargetEndpointArn"])
    settings = target["S3Settings"]
    return CaptureTask(
        mappings=task["TableMappings"],
        bucket=settings["BucketName"],
        folder=settings["BucketFolder"].strip("/"),
        commit_column=settings["TimestampColumnName"],
        dated=settings.get("DatePartitionEnabled", False),
    )


def login_of(endpoint: str, name: str) -> dict[str, Any]:
    """Host, port, user and password of the task's source, as its secret says."""
    dms = aws_client("dms", endpoint=endpoint)
    found = dms.describe_replication_tasks(Filters=[{"Name": "replication-task-id", "Values": [name]}])
    (source,) = _endpoints(dms, found["ReplicationTasks"][0]["SourceEndpointArn"])
    secret = source["MySQLSettings"]["SecretsManagerSecretId"]
    text = aws_client("secretsmanager", endpoint=endpoint).get_secret_value(SecretId=secret)["SecretString"]
    login: dict[str, Any] = json.loads(text)
    return login


def _endpoints(dms: Any, arn: str) -> Any:
    return dms.describe_endpoints(Filters=[{"Name": "endpoint-arn", "Values": [arn]}])["Endpoints"]
