import http.client
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.embedded_aws import EmbeddedAws, environment
from local.embedded_aws.http_front import error_body

Client = Callable[[str], Any]
SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=local/20261123/eu-west-1/s3/aws4_request, Signature=0"}


@pytest.fixture
def connection(aws: EmbeddedAws) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", aws.port, timeout=20)


def test_many_calls_go_over_one_connection(connection: http.client.HTTPConnection) -> None:
    sockets = set()
    for body in (b"", b"twelve bytes", b""):
        connection.request("PUT" if body else "GET", "/_embedded_aws/health", body=body)
        answer = connection.getresponse()
        answer.read()
        sockets.add(connection.sock.getsockname())

    assert len(sockets) == 1


def test_a_body_in_chunks_arrives_whole_and_leaves_the_connection_usable(
    connection: http.client.HTTPConnection, client: Client
) -> None:
    client("s3").create_bucket(Bucket="chunks", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for chunk in (b"abc" * 1000, b"x"):
        connection.request("PUT", "/chunks/key", body=iter([chunk, chunk]), headers=SIGNED, encode_chunked=True)
        answer = connection.getresponse()
        answer.read()

        assert answer.status == 200
        assert client("s3").get_object(Bucket="chunks", Key="key")["Body"].read() == chunk * 2


def test_head_says_the_length_and_sends_no_body(connection: http.client.HTTPConnection, client: Client) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="heads", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket="heads", Key="key", Body=b"x" * 1000)

    for _ in range(2):
        connection.request("HEAD", "/heads/key", headers=SIGNED)
        answer = connection.getresponse()
        assert (answer.status, answer.getheader("Content-Length"), answer.read()) == (200, "1000", b"")


@pytest.mark.parametrize(
    ("service", "operation"), [("athena", "list_engine_versions"), ("iam", "list_service_specific_credentials")]
)
def test_a_call_that_moto_lacks_is_501_and_named_in_the_message(client: Client, service: str, operation: str) -> None:
    with pytest.raises(ClientError, match=f"embedded AWS: POST /.*NotImplementedError: The {operation}") as error:
        getattr(client(service), operation)()

    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert error.value.response["Error"]["Code"] == "NotImplemented"


@pytest.mark.parametrize(
    ("environ", "form"),
    [
        ({"HTTP_AUTHORIZATION": "Credential=local/20261123/eu-west-1/s3/aws4_request"}, "application/xml"),
        ({"CONTENT_TYPE": "application/x-www-form-urlencoded; charset=utf-8"}, "text/xml"),
        ({"HTTP_X_AMZ_TARGET": "Kinesis_20131202.PutRecords"}, "application/json"),
    ],
)
def test_an_error_comes_in_the_form_the_callers_protocol_reads(environ: dict[str, str], form: str) -> None:
    content_type, body = error_body(environ, "InternalFailure", "a < b")

    assert content_type == form
    assert ("a &lt; b" if "xml" in form else "a < b") in body


def test_the_account_is_the_one_all_names_carry(client: Client) -> None:
    assert client("sts").get_caller_identity()["Account"] == "123456789012"


def test_the_environment_leads_a_client_to_the_endpoint_and_past_every_proxy() -> None:
    variables = environment("http://127.0.0.1:1")

    assert variables["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
    assert variables["AWS_REGION"] == variables["AWS_DEFAULT_REGION"] == "eu-west-1"
    assert variables["NO_PROXY"] == variables["no_proxy"] == "127.0.0.1,localhost"
    assert variables["CHECKPOINT_DISABLE"] == "1"
