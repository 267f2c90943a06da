"""Corrections of moto's DMS: what is made is read back as it was made, and calls moto does not know."""

import json
from datetime import datetime
from typing import Any

from moto.dms.models import (
    DatabaseMigrationServiceBackend,
    Endpoint,
    FakeReplicationInstance,
    FakeReplicationSubnetGroup,
    FakeReplicationTask,
)
from moto.dms.responses import DatabaseMigrationServiceResponse

from local.embedded_aws.corrections.anchor import ABSENT, Anchor

INSTANCE = Anchor(FakeReplicationInstance, "to_dict", "665b0a4fd35e")
TASK = Anchor(FakeReplicationTask, "to_dict", "44a5b8d98640")
NEW_TASK = Anchor(FakeReplicationTask, "__init__", "5226b5c2e3e0")
NEW_ENDPOINT = Anchor(Endpoint, "__init__", "e9ab1ce10298")
NEW_SUBNETS = Anchor(DatabaseMigrationServiceBackend, "create_replication_subnet_group", "7082ffffaff1")
SUBNETS = Anchor(FakeReplicationSubnetGroup, "to_dict", "01a7e26cbedb")
MODIFY_ENDPOINT = Anchor(DatabaseMigrationServiceResponse, "modify_endpoint", ABSENT)
IMPORT_CERTIFICATE = Anchor(DatabaseMigrationServiceResponse, "import_certificate", ABSENT)
DESCRIBE_CERTIFICATES = Anchor(DatabaseMigrationServiceResponse, "describe_certificates", ABSENT)
DELETE_CERTIFICATE = Anchor(DatabaseMigrationServiceResponse, "delete_certificate", ABSENT)
CREATE_CONFIG = Anchor(DatabaseMigrationServiceResponse, "create_replication_config", ABSENT)
DESCRIBE_CONFIGS = Anchor(DatabaseMigrationServiceResponse, "describe_replication_configs", ABSENT)
DESCRIBE_REPLICATIONS = Anchor(DatabaseMigrationServiceResponse, "describe_replications", ABSENT)
DELETE_CONFIG = Anchor(DatabaseMigrationServiceResponse, "delete_replication_config", ABSENT)

Record = dict[str, Any]
# How a call names a field of an endpoint, and moto its attribute.
CHANGEABLE = {
    "CertificateArn": "certificate_arn",
    "ExtraConnectionAttributes": "extra_connection_attributes",
    "MySQLSettings": "my_sql_settings",
    "RedshiftSettings": "redshift_settings",
    "S3Settings": "s3_settings",
    "ServiceAccessRoleArn": "service_access_role_arn",
    "SslMode": "ssl_mode",
}


def dms_times_are_numbers() -> None:
    """Symptom: `terraform apply` of a machine or task fails: "deserialization failed", for times come as text."""
    for anchor in (INSTANCE, TASK):
        anchor.replace_by(_with_numbers(anchor.original))


def dms_tasks_and_endpoints_become_ready() -> None:
    """Symptom: Terraform waits for a new task until it gives up; moto leaves it "creating" for ever."""
    for anchor, status in ((NEW_TASK, "ready"), (NEW_ENDPOINT, "active")):
        anchor.replace_by(_and_is(anchor.original, status))


def dms_subnet_groups_keep_their_subnets() -> None:
    """Symptom: every plan wants to set the subnets and tags of each subnet group again."""
    create, told = NEW_SUBNETS.original, SUBNETS.original

    def create_and_keep(backend: Any, **named: Any) -> Any:
        group = create(backend, **named)
        group.subnetIds = named["subnet_ids"]
        name = group.replication_subnet_group_identifier
        backend.tagger.tag_resource(_arn(backend, "subgrp", name), named.get("tags") or [])
        return group

    def tell_them(group: Any) -> Record:
        zone = {"Name": "eu-west-1a"}
        subnets = [
            {"SubnetIdentifier": subnet, "SubnetAvailabilityZone": zone, "SubnetStatus": "Active"}
            for subnet in group.subnetIds or ()
        ]
        answer: Record = told(group) | {"Subnets": subnets}
        return answer

    NEW_SUBNETS.replace_by(create_and_keep)
    SUBNETS.replace_by(tell_them)


def dms_endpoints_can_be_changed() -> None:
    """Symptom: `terraform apply` of an S3 endpoint with a key fails: ModifyEndpoint is not implemented."""

    def modify(response: Any) -> str:
        asked = json.loads(response.body)
        (endpoint,) = [
            each for each in response.dms_backend.endpoints.values() if each.endpoint_arn == asked["EndpointArn"]
        ]
        for name in CHANGEABLE.keys() & asked.keys():
            before, value = getattr(endpoint, CHANGEABLE[name]), asked[name]
            setattr(endpoint, CHANGEABLE[name], before | value if isinstance(before, dict) else value)
        return json.dumps({"Endpoint": {k: v for k, v in endpoint.to_dict().items() if v is not None}})

    MODIFY_ENDPOINT.replace_by(modify)


def dms_keeps_certificates() -> None:
    """Symptom: `terraform apply` of a certificate fails: ImportCertificate is not implemented."""

    def take(response: Any) -> str:
        asked = json.loads(response.body)
        arn = _arn(response.dms_backend, "cert", asked["CertificateIdentifier"])
        record = {name: value for name, value in asked.items() if name != "Tags"} | {"CertificateArn": arn}
        return _keep(response, "Certificate", arn, record)

    IMPORT_CERTIFICATE.replace_by(take)
    DESCRIBE_CERTIFICATES.replace_by(lambda response: _find(response, "Certificate", "Certificates"))
    DELETE_CERTIFICATE.replace_by(lambda response: _drop(response, "Certificate", "CertificateArn"))


def dms_keeps_serverless_replications() -> None:
    """Symptom: `terraform apply` of a replication config fails: CreateReplicationConfig is not implemented.

    None ever runs: it is created, and stands.
    """

    def create(response: Any) -> str:
        asked = json.loads(response.body)
        name = asked.get("ResourceIdentifier") or asked["ReplicationConfigIdentifier"]
        arn = _arn(response.dms_backend, "replication-config", name)
        record = {key: value for key, value in asked.items() if key not in ("Tags", "ResourceIdentifier")}
        return _keep(response, "ReplicationConfig", arn, record | {"ReplicationConfigArn": arn})

    def replications(response: Any) -> str:
        configs = json.loads(_find(response, "ReplicationConfig", "ReplicationConfigs"))["ReplicationConfigs"]
        names = ("ReplicationConfigArn", "ReplicationConfigIdentifier")
        found = [{name: config[name] for name in names} | {"Status": "created"} for config in configs]
        return json.dumps({"Replications": found})

    CREATE_CONFIG.replace_by(create)
    DESCRIBE_CONFIGS.replace_by(lambda response: _find(response, "ReplicationConfig", "ReplicationConfigs"))
    DESCRIBE_REPLICATIONS.replace_by(replications)
    DELETE_CONFIG.replace_by(lambda response: _drop(response, "ReplicationConfig", "ReplicationConfigArn"))


def _with_numbers(to_dict: Any) -> Any:
    def tell(thing: Any) -> Record:
        return _numbered(to_dict(thing))

    return tell


def _numbered(record: Record) -> Record:
    """Times as seconds since 1970, and without what is not known."""
    return {name: _number(name, value) for name, value in record.items() if value is not None}


def _number(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return _numbered(value)
    if isinstance(value, str) and name.endswith(("Date", "Time")):
        return datetime.fromisoformat(value).timestamp()
    return value


def _and_is(create: Any, status: str) -> Any:
    def create_ready(thing: Any, **named: Any) -> None:
        create(thing, **named)
        thing.status = status

    return create_ready


def _arn(backend: Any, kind: str, name: str) -> str:
    return f"arn:aws:dms:{backend.region_name}:{backend.account_id}:{kind}:{name}"


def _shelf(response: Any, kind: str) -> dict[str, Record]:
    shelves: dict[str, dict[str, Record]] = vars(response.dms_backend).setdefault("shelves", {})
    return shelves.setdefault(kind, {})


def _keep(response: Any, kind: str, arn: str, record: Record) -> str:
    _shelf(response, kind)[arn] = record
    response.dms_backend.tagger.tag_resource(arn, json.loads(response.body).get("Tags") or [])
    return json.dumps({kind: record})


def _find(response: Any, kind: str, many: str) -> str:
    """All that one of the filters' values names, by ARN or by name."""
    wanted = {value for each in json.loads(response.body).get("Filters") or () for value in each["Values"]}
    found = [
        record for record in _shelf(response, kind).values() if not wanted or wanted & set(map(str, record.values()))
    ]
    return json.dumps({many: found})


def _drop(response: Any, kind: str, field: str) -> str:
    return json.dumps({kind: _shelf(response, kind).pop(json.loads(response.body)[field], {})})
