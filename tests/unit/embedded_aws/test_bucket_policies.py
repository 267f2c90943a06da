import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

Client = Callable[[str], Any]
Statement = dict[str, Any]
PutPolicy = Callable[..., None]

TLS_ONLY: list[Statement] = [
    {"Effect": "Deny", "Action": "s3:*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
    {"Effect": "Deny", "Action": "s3:*", "Condition": {"NumericLessThan": {"s3:TlsVersion": "1.2"}}},
]
ONLY_KMS: Statement = {
    "Effect": "Deny",
    "Action": "s3:PutObject",
    "Condition": {"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}},
}


@pytest.fixture
def s3(client: Client) -> Any:
    return client("s3")


@pytest.fixture
def bucket(s3: Any) -> str:
    name = f"policies-{uuid.uuid4().hex}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return name


@pytest.fixture
def put_policy(s3: Any, bucket: str) -> PutPolicy:
    def put(*statements: Statement) -> None:
        everything = {"Principal": "*", "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]}
        document = {"Version": "2012-10-17", "Statement": [everything | statement for statement in statements]}
        s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(document))

    return put


def refused(call: Callable[..., Any], **arguments: Any) -> str:
    with pytest.raises(ClientError) as error:
        call(**arguments)
    return str(error.value.response["Error"]["Code"])


def test_all_object_calls_work_under_a_policy_that_allows_only_tls(s3: Any, bucket: str, put_policy: PutPolicy) -> None:
    put_policy(*TLS_ONLY)

    s3.put_object(Bucket=bucket, Key="k", Body=b"data")
    upload = s3.create_multipart_upload(Bucket=bucket, Key="parts")["UploadId"]
    s3.abort_multipart_upload(Bucket=bucket, Key="parts", UploadId=upload)

    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"data"
    assert s3.head_object(Bucket=bucket, Key="k")["ContentLength"] == 4
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["k"]
    assert "Errors" not in s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "k"}]})


def test_a_deny_whose_condition_holds_is_access_denied(s3: Any, bucket: str, put_policy: PutPolicy) -> None:
    put_policy(*TLS_ONLY, ONLY_KMS)

    assert refused(s3.put_object, Bucket=bucket, Key="k", Body=b"data") == "AccessDenied"
    s3.put_object(Bucket=bucket, Key="k", Body=b"data", ServerSideEncryption="aws:kms")
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"data"


def test_a_deny_without_condition_reaches_get_and_head(s3: Any, bucket: str, put_policy: PutPolicy) -> None:
    s3.put_object(Bucket=bucket, Key="k", Body=b"data")
    put_policy({"Effect": "Deny", "Action": "s3:GetObject"})

    assert refused(s3.get_object, Bucket=bucket, Key="k") == "AccessDenied"
    assert refused(s3.head_object, Bucket=bucket, Key="k") == "403"


def test_delete_objects_lists_what_was_denied(s3: Any, bucket: str, put_policy: PutPolicy) -> None:
    put_policy({"Effect": "Deny", "Action": "s3:DeleteObject", "Resource": f"arn:aws:s3:::{bucket}/kept/*"})
    for key in ("kept/k", "k"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"")

    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "kept/k"}, {"Key": "k"}]})

    assert [error["Key"] for error in answer["Errors"]] == ["kept/k"]
    assert [deleted["Key"] for deleted in answer["Deleted"]] == ["k"]


def test_a_deny_for_one_role_does_not_reach_the_account(s3: Any, bucket: str, put_policy: PutPolicy) -> None:
    put_policy({"Effect": "Deny", "Action": "s3:*", "Principal": {"AWS": "arn:aws:iam::123456789012:role/other"}})

    s3.put_object(Bucket=bucket, Key="k", Body=b"")


@pytest.mark.parametrize(
    ("condition", "named"),
    [
        ({"DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}}, "DateGreaterThan"),
        ({"StringEquals": {"aws:UserAgent": "x"}}, "aws:UserAgent"),
    ],
)
def test_a_policy_that_cannot_be_evaluated_is_refused_when_it_is_put(
    put_policy: PutPolicy, condition: dict[str, Any], named: str
) -> None:
    with pytest.raises(ClientError, match=f"MalformedPolicy.*{named}.*Remedy: "):
        put_policy({"Effect": "Deny", "Action": "s3:*", "Condition": condition})
