import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

Client = Callable[[str], Any]
EU_WEST_1 = {"LocationConstraint": "eu-west-1"}
REPLICATION: dict[str, Any] = {
    "ID": "everything",
    "Status": "Enabled",
    "Priority": 1,
    "Filter": {"Prefix": ""},
    "DeleteMarkerReplication": {"Status": "Enabled"},
    "SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}},
    "Destination": {
        "Bucket": "arn:aws:s3:::copy",
        "EncryptionConfiguration": {"ReplicaKmsKeyID": "arn:aws:kms:eu-central-1:123456789012:key/k"},
        "Metrics": {"Status": "Enabled", "EventThreshold": {"Minutes": 15}},
        "ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": 15}},
    },
}


@pytest.fixture
def s3(client: Client) -> Any:
    return client("s3")


def new_bucket(s3: Any) -> str:
    name = f"settings-{uuid.uuid4().hex}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration=EU_WEST_1)
    return name


def log_bucket(s3: Any, *, delivered_by: str) -> str:
    name = new_bucket(s3)
    refusal = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": f"arn:aws:s3:::{name}/*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    delivery = {
        "Effect": "Allow",
        "Principal": {"Service": delivered_by},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{name}/access/*",
    }
    policy = {"Version": "2012-10-17", "Statement": [refusal, delivery]}
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps(policy))
    return name


def encryption(*, bucket_key: bool) -> dict[str, Any]:
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/lake"}
    return {"Rules": [{"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": bucket_key}]}


def logging_to(target: str) -> dict[str, Any]:
    form = {"PartitionedPrefix": {"PartitionDateSource": "EventTime"}}
    return {"LoggingEnabled": {"TargetBucket": target, "TargetPrefix": "access/", "TargetObjectKeyFormat": form}}


def test_a_bucket_tells_that_eventbridge_is_told(s3: Any) -> None:
    bucket = new_bucket(s3)
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})

    assert s3.get_bucket_notification_configuration(Bucket=bucket)["EventBridgeConfiguration"] == {}


def test_a_bucket_that_tells_nobody_says_so(s3: Any) -> None:
    bucket = new_bucket(s3)
    assert "EventBridgeConfiguration" not in s3.get_bucket_notification_configuration(Bucket=bucket)
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})

    assert "EventBridgeConfiguration" not in s3.get_bucket_notification_configuration(Bucket=bucket)


def test_an_access_log_keeps_the_form_of_its_keys(s3: Any) -> None:
    bucket, target = new_bucket(s3), log_bucket(s3, delivered_by="logging.s3.amazonaws.com")
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus=logging_to(target))

    assert s3.get_bucket_logging(Bucket=bucket)["LoggingEnabled"] == logging_to(target)["LoggingEnabled"]


def test_an_access_log_is_refused_where_s3_may_not_deliver_it(s3: Any) -> None:
    bucket, target = new_bucket(s3), log_bucket(s3, delivered_by="redshift.amazonaws.com")

    with pytest.raises(ClientError, match="InvalidTargetBucketForLogging"):
        s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus=logging_to(target))


def test_a_replication_is_told_as_it_was_set(s3: Any) -> None:
    bucket = new_bucket(s3)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    configuration = {"Role": "arn:aws:iam::123456789012:role/r", "Rules": [REPLICATION]}
    s3.put_bucket_replication(Bucket=bucket, ReplicationConfiguration=configuration)

    assert s3.get_bucket_replication(Bucket=bucket)["ReplicationConfiguration"] == configuration


def test_a_bucket_without_replication_says_so(s3: Any) -> None:
    with pytest.raises(ClientError, match="ReplicationConfigurationNotFoundError"):
        s3.get_bucket_replication(Bucket=new_bucket(s3))


@pytest.mark.parametrize("asked", [True, False])
def test_an_object_sent_in_parts_keeps_the_bucket_key_it_asked_for(s3: Any, asked: bool) -> None:
    name = new_bucket(s3)
    object_ = {"Bucket": name, "Key": "packages.zip"}
    said = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "alias/lake", "BucketKeyEnabled": asked}
    upload = object_ | {"UploadId": s3.create_multipart_upload(**object_, **said)["UploadId"]}
    part = s3.upload_part(**upload, PartNumber=1, Body=b"whole")
    # As Terraform does, which makes objects and the settings of their bucket at once.
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration=encryption(bucket_key=not asked))
    s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    assert s3.head_object(**object_)["BucketKeyEnabled"] is asked
