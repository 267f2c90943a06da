"""Glue's jobs and connections and EMR's applications, as Terraform makes, reads, changes and destroys them."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

Client = Callable[[str], Any]
COMMAND = {"Name": "glueetl", "ScriptLocation": "s3://scripts/order_etl.py", "PythonVersion": "3"}
ROLE = "arn:aws:iam::123456789012:role/job"


@pytest.fixture
def glue(client: Client) -> Any:
    return client("glue")


def test_a_job_keeps_what_it_was_told_of_queues_and_maintenance(glue: Any) -> None:
    glue.create_job(Name="kept", Role=ROLE, Command=COMMAND, JobRunQueuingEnabled=True, MaintenanceWindow="Sun:2")
    job = glue.get_job(JobName="kept")["Job"]
    assert (job["JobRunQueuingEnabled"], job["MaintenanceWindow"]) == (True, "Sun:2")


def test_a_changed_job_is_what_it_was_told_last_and_nothing_before(glue: Any) -> None:
    glue.create_job(Name="changed", Role=ROLE, Command=COMMAND, Timeout=10, DefaultArguments={"--a": "1"})
    glue.update_job(JobName="changed", JobUpdate={"Role": ROLE, "Command": COMMAND, "ExecutionClass": "FLEX"})
    job = glue.get_job(JobName="changed")["Job"]
    assert (job["ExecutionClass"], job["DefaultArguments"], job.get("Timeout")) == ("FLEX", {}, None)


def test_a_job_that_is_not_there_cannot_be_changed(glue: Any) -> None:
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        glue.update_job(JobName="nobody", JobUpdate={"Role": ROLE, "Command": COMMAND})


def test_a_connection_tells_its_kind_and_can_be_changed(glue: Any) -> None:
    place = {"SubnetId": "subnet-1", "AvailabilityZone": "eu-west-1a"}
    told = {"Name": "inside", "ConnectionType": "NETWORK", "ConnectionProperties": {}}
    glue.create_connection(ConnectionInput=told | {"PhysicalConnectionRequirements": place})
    assert glue.get_connection(Name="inside")["Connection"]["ConnectionType"] == "NETWORK"

    moved = place | {"SubnetId": "subnet-2"}
    glue.update_connection(Name="inside", ConnectionInput=told | {"PhysicalConnectionRequirements": moved})
    found = glue.get_connection(Name="inside")["Connection"]
    assert found["PhysicalConnectionRequirements"]["SubnetId"] == "subnet-2"


def test_a_connection_can_be_deleted_once(glue: Any) -> None:
    glue.create_connection(ConnectionInput={"Name": "gone", "ConnectionType": "NETWORK", "ConnectionProperties": {}})
    glue.delete_connection(ConnectionName="gone")
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        glue.get_connection(Name="gone")
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        glue.delete_connection(ConnectionName="gone")


def test_an_application_of_a_release_of_today_keeps_its_processors_and_can_be_deleted(client: Client) -> None:
    emr = client("emr-serverless")
    made = emr.create_application(
        name="spark", type="spark", releaseLabel="emr-7.8.0", architecture="ARM64", clientToken="once"
    )["applicationId"]
    application = emr.get_application(applicationId=made)["application"]
    assert (application["architecture"], application["state"]) == ("ARM64", "CREATED")

    emr.delete_application(applicationId=made)
    assert emr.get_application(applicationId=made)["application"]["state"] == "TERMINATED"


@pytest.mark.parametrize("told", [{"type": "flink"}, {"releaseLabel": "newest"}])
def test_an_application_of_an_engine_or_release_there_is_none_of_is_refused(
    client: Client, told: dict[str, str]
) -> None:
    asked = {"name": "odd", "type": "spark", "releaseLabel": "emr-7.8.0", "clientToken": "once"} | told
    with pytest.raises(ClientError, match="ValidationException"):
        client("emr-serverless").create_application(**asked)
