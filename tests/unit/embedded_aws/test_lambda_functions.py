import io
import urllib.request
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

Client = Callable[[str], Any]
NO_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def zipped(text: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        # With a date of its own: a ZIP otherwise says when it was made, to two seconds.
        archive.writestr(zipfile.ZipInfo("handler.py"), text)
    return buffer.getvalue()


def downloaded(url: str) -> bytes:
    with NO_PROXY.open(url) as answer:
        content: bytes = answer.read()
    return content


@pytest.fixture
def functions(client: Client) -> Any:
    return client("lambda")


@pytest.fixture
def function(functions: Any, client: Client, request: pytest.FixtureRequest) -> str:
    name: str = request.node.name[:64]
    role = client("iam").create_role(RoleName=name, AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    functions.create_function(
        FunctionName=name,
        Role=role,
        Runtime="python3.11",
        Handler="handler.handler",
        Code={"ZipFile": zipped("first")},
        Architectures=["arm64"],
        LoggingConfig={"LogFormat": "JSON", "SystemLogLevel": "WARN"},
    )
    return name


def test_the_code_of_a_function_can_be_downloaded_and_follows_an_update(functions: Any, function: str) -> None:
    first = functions.get_function(FunctionName=function)["Code"]["Location"]
    functions.update_function_code(FunctionName=function, ZipFile=zipped("second"), Architectures=["x86_64"])
    updated = functions.get_function(FunctionName=function)

    assert downloaded(first) == zipped("first")
    assert downloaded(updated["Code"]["Location"]) == zipped("second")
    assert updated["Configuration"]["Architectures"] == ["x86_64"]


def test_the_content_of_a_layer_can_be_downloaded(functions: Any) -> None:
    functions.publish_layer_version(LayerName="layer", Content={"ZipFile": zipped("layer")})

    content = functions.get_layer_version(LayerName="layer", VersionNumber=1)["Content"]
    assert downloaded(content["Location"]) == zipped("layer")


def test_an_unknown_path_of_ours_is_404_and_says_what_there_is(functions: Any) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404") as error:
        downloaded(f"{functions.meta.endpoint_url}/_embedded_aws/code/0")

    assert b"/_embedded_aws/code/<sha256>" in error.value.read()


def test_settings_that_moto_forgets_are_kept_and_changed(functions: Any, function: str) -> None:
    before = functions.get_function_configuration(FunctionName=function)
    functions.update_function_configuration(
        FunctionName=function,
        KMSKeyArn="arn:aws:kms:eu-west-1:123456789012:key/other",
        TracingConfig={"Mode": "Active"},
        EphemeralStorage={"Size": 1024},
        LoggingConfig={"LogFormat": "JSON", "SystemLogLevel": "INFO", "LogGroup": "/own"},
        DeadLetterConfig={"TargetArn": "arn:aws:sqs:eu-west-1:123456789012:dead"},
    )
    after = functions.get_function_configuration(FunctionName=function)

    usual_group = f"/aws/lambda/{function}"
    assert before["LoggingConfig"] == {"LogFormat": "JSON", "SystemLogLevel": "WARN", "LogGroup": usual_group}
    assert after["LoggingConfig"] == {"LogFormat": "JSON", "SystemLogLevel": "INFO", "LogGroup": "/own"}
    assert after["KMSKeyArn"].endswith("key/other")
    assert after["TracingConfig"] == {"Mode": "Active"}
    assert after["EphemeralStorage"] == {"Size": 1024}
    assert after["DeadLetterConfig"]["TargetArn"].endswith(":dead")
    assert after["LastModified"] != before["LastModified"]


def test_putting_records_on_a_stream_with_a_mapping_does_not_run_the_function(
    functions: Any, function: str, client: Client
) -> None:
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName="mapped", ShardCount=1)
    arn = kinesis.describe_stream_summary(StreamName="mapped")["StreamDescriptionSummary"]["StreamARN"]
    functions.create_event_source_mapping(FunctionName=function, EventSourceArn=arn, StartingPosition="LATEST")

    kinesis.put_record(StreamName="mapped", Data=b"x", PartitionKey="x")

    # moto would have run it in docker, and would have made its log group first.
    assert client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{function}")["logGroups"] == []
