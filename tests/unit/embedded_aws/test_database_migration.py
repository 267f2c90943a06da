from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

Client = Callable[[str], Any]
MACHINE = {"ReplicationInstanceClass": "dms.t3.small", "PubliclyAccessible": False, "AvailabilityZone": "eu-west-1a"}
ENDPOINT = {"EndpointType": "target", "EngineName": "s3"}


@pytest.fixture
def dms(client: Client) -> Any:
    return client("dms")


@pytest.fixture
def endpoint(dms: Any) -> Iterator[str]:
    settings = {"BucketName": "bronze", "BucketFolder": "cdc"}
    made = dms.create_endpoint(EndpointIdentifier="lake", S3Settings=settings, **ENDPOINT)["Endpoint"]
    yield made["EndpointArn"]
    dms.delete_endpoint(EndpointArn=made["EndpointArn"])


def test_a_machine_and_a_task_tell_when_they_were_made_and_are_ready(dms: Any, endpoint: str) -> None:
    made = dms.create_replication_instance(ReplicationInstanceIdentifier="one", **MACHINE)["ReplicationInstance"]
    machine = made["ReplicationInstanceArn"]
    task = dms.create_replication_task(
        ReplicationTaskIdentifier="task",
        SourceEndpointArn=endpoint,
        TargetEndpointArn=endpoint,
        ReplicationInstanceArn=machine,
        MigrationType="full-load-and-cdc",
        TableMappings="{}",
    )["ReplicationTask"]
    assert isinstance(made["InstanceCreateTime"], datetime)
    assert isinstance(task["ReplicationTaskCreationDate"], datetime)
    assert task["Status"] == "ready"
    dms.delete_replication_task(ReplicationTaskArn=task["ReplicationTaskArn"])
    dms.delete_replication_instance(ReplicationInstanceArn=machine)


def test_a_subnet_group_keeps_its_subnets_and_tags(dms: Any) -> None:
    dms.create_replication_subnet_group(
        ReplicationSubnetGroupIdentifier="private",
        ReplicationSubnetGroupDescription="private subnets",
        SubnetIds=["subnet-1", "subnet-2"],
        Tags=[{"Key": "Project", "Value": "ecommerce"}],
    )
    (group,) = dms.describe_replication_subnet_groups()["ReplicationSubnetGroups"]
    assert [subnet["SubnetIdentifier"] for subnet in group["Subnets"]] == ["subnet-1", "subnet-2"]
    tags = dms.list_tags_for_resource(ResourceArn="arn:aws:dms:eu-west-1:123456789012:subgrp:private")["TagList"]
    assert [(tag["Key"], tag["Value"]) for tag in tags] == [("Project", "ecommerce")]
    dms.delete_replication_subnet_group(ReplicationSubnetGroupIdentifier="private")


def test_an_endpoint_can_be_changed_and_keeps_what_was_not(dms: Any, endpoint: str) -> None:
    dms.modify_endpoint(EndpointArn=endpoint, S3Settings={"ServerSideEncryptionKmsKeyId": "key"})
    (found,) = dms.describe_endpoints(Filters=[{"Name": "endpoint-arn", "Values": [endpoint]}])["Endpoints"]
    assert found["Status"] == "active"
    assert found["S3Settings"]["ServerSideEncryptionKmsKeyId"] == "key"
    assert found["S3Settings"]["BucketFolder"] == "cdc"


def test_certificates_are_kept_until_they_are_deleted(dms: Any) -> None:
    for name in ("one", "two"):
        dms.import_certificate(CertificateIdentifier=name, CertificatePem=f"PEM of {name}")
    (found,) = dms.describe_certificates(Filters=[{"Name": "certificate-id", "Values": ["two"]}])["Certificates"]
    assert found["CertificatePem"] == "PEM of two"
    for certificate in dms.describe_certificates()["Certificates"]:
        dms.delete_certificate(CertificateArn=certificate["CertificateArn"])
    assert dms.describe_certificates()["Certificates"] == []


def test_a_serverless_replication_is_kept_and_stands(dms: Any, endpoint: str) -> None:
    made = dms.create_replication_config(
        ReplicationConfigIdentifier="capture",
        SourceEndpointArn=endpoint,
        TargetEndpointArn=endpoint,
        ReplicationType="cdc",
        TableMappings="{}",
        ComputeConfig={"MaxCapacityUnits": 4},
    )["ReplicationConfig"]
    wanted = [{"Name": "replication-config-arn", "Values": [made["ReplicationConfigArn"]]}]
    (found,) = dms.describe_replication_configs(Filters=wanted)["ReplicationConfigs"]
    assert found["ComputeConfig"] == {"MaxCapacityUnits": 4}
    assert [each["Status"] for each in dms.describe_replications(Filters=wanted)["Replications"]] == ["created"]
    dms.delete_replication_config(ReplicationConfigArn=made["ReplicationConfigArn"])
    assert dms.describe_replication_configs(Filters=wanted)["ReplicationConfigs"] == []
