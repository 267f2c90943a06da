"""Corrections of moto's Redshift: what a cluster is told and does not tell again, and calls moto does not know."""

import json
from typing import Any
from uuid import uuid4

from moto.core.responses import ActionResult, EmptyResult
from moto.redshift.responses import RedshiftResponse
from moto.secretsmanager.models import secretsmanager_backends

from local.embedded_aws.corrections.anchor import ABSENT, Anchor

CREATE_CLUSTER = Anchor(RedshiftResponse, "create_cluster", "1b37d3974fac")
MODIFY_CLUSTER = Anchor(RedshiftResponse, "modify_cluster", "98be77b5d994")
DELETE_CLUSTER = Anchor(RedshiftResponse, "delete_cluster", "97652e6a1111")
DESCRIBE_PARAMETERS = Anchor(RedshiftResponse, "describe_cluster_parameters", "ba01e0614a8a")
MODIFY_PARAMETERS = Anchor(RedshiftResponse, "modify_cluster_parameter_group", ABSENT)
CREATE_LIMIT = Anchor(RedshiftResponse, "create_usage_limit", ABSENT)
DESCRIBE_LIMITS = Anchor(RedshiftResponse, "describe_usage_limits", ABSENT)
DELETE_LIMIT = Anchor(RedshiftResponse, "delete_usage_limit", ABSENT)
CREATE_ACTION = Anchor(RedshiftResponse, "create_scheduled_action", ABSENT)
DESCRIBE_ACTIONS = Anchor(RedshiftResponse, "describe_scheduled_actions", ABSENT)
DELETE_ACTION = Anchor(RedshiftResponse, "delete_scheduled_action", ABSENT)
CREATE_SCHEDULE = Anchor(RedshiftResponse, "create_snapshot_schedule", ABSENT)
DESCRIBE_SCHEDULES = Anchor(RedshiftResponse, "describe_snapshot_schedules", ABSENT)
DELETE_SCHEDULE = Anchor(RedshiftResponse, "delete_snapshot_schedule", ABSENT)
USE_SCHEDULE = Anchor(RedshiftResponse, "modify_cluster_snapshot_schedule", ABSENT)

Record = dict[str, Any]
UNLESS_TOLD = {
    "ClusterAvailabilityStatus": "Available",
    "AvailabilityZoneRelocationStatus": "disabled",
    "ManualSnapshotRetentionPeriod": -1,
    "MultiAZ": "Disabled",
}
AS_GIVEN = (
    "ManualSnapshotRetentionPeriod",
    "DefaultIamRoleArn",
    "MasterPasswordSecretKmsKeyId",
    "MaintenanceTrackName",
)


def redshift_clusters_tell_their_settings() -> None:
    """Symptom: Terraform waits for ever for a new cluster, and every plan wants to set its role and its key again."""
    create, modify = CREATE_CLUSTER.original, MODIFY_CLUSTER.original

    def create_and_keep(response: Any) -> Any:
        answer = create(response)
        vars(_cluster(response)).update(UNLESS_TOLD | _told(response.params))
        return answer

    def modify_and_keep(response: Any) -> Any:
        answer = modify(response)
        vars(_cluster(response)).update(_told(response.params))
        return answer

    CREATE_CLUSTER.replace_by(create_and_keep)
    MODIFY_CLUSTER.replace_by(modify_and_keep)


def redshift_keeps_the_owners_password_in_a_secret() -> None:
    """Symptom: a cluster made with ``ManageMasterPassword`` has no secret, so nobody can be allowed to read it."""
    create, delete = CREATE_CLUSTER.original, DELETE_CLUSTER.original

    def create_with_secret(response: Any) -> Any:
        answer = create(response)
        if response._get_param("ManageMasterPassword"):
            cluster = _cluster(response)
            login = {"username": cluster.master_username, "password": uuid4().hex}
            secret = _secrets(response).create_managed_secret(
                service_name="redshift",
                secret_id=f"redshift!{cluster.cluster_identifier}-{cluster.master_username}",
                secret_string=json.dumps(login),
                kms_key_id=response._get_param("MasterPasswordSecretKmsKeyId"),
            )
            cluster.MasterPasswordSecretArn = secret.arn
        return answer

    def delete_with_secret(response: Any) -> Any:
        secret = getattr(_cluster(response), "MasterPasswordSecretArn", None)
        answer = delete(response)
        if secret:
            _secrets(response).delete_secret(secret, None, force_delete_without_recovery=True)
        return answer

    CREATE_CLUSTER.replace_by(create_with_secret)
    DELETE_CLUSTER.replace_by(delete_with_secret)


def redshift_parameter_groups_keep_their_parameters() -> None:
    """Symptom: `terraform apply` of a parameter group fails: ModifyClusterParameterGroup is not implemented."""
    describe = DESCRIBE_PARAMETERS.original

    def modify(response: Any) -> ActionResult:
        name = response._get_param("ParameterGroupName")
        changed = {each["ParameterName"]: each for each in response._get_param("Parameters", [])}
        _shelf(response, f"parameters of {name}").update(changed)
        return ActionResult({"ParameterGroupName": name, "ParameterGroupStatus": "Your parameter group is updated"})

    def describe_by_source(response: Any) -> Any:
        answer = describe(response)
        if response._get_param("Source") != "user":
            return answer
        own = _shelf(response, f"parameters of {response._get_param('ParameterGroupName')}")
        return ActionResult({"Parameters": [each | {"Source": "user"} for each in own.values()]})

    MODIFY_PARAMETERS.replace_by(modify)
    DESCRIBE_PARAMETERS.replace_by(describe_by_source)


def redshift_keeps_usage_limits() -> None:
    """Symptom: `terraform apply` of a usage limit fails: CreateUsageLimit is not implemented."""

    def create(response: Any) -> ActionResult:
        return _put(response, "UsageLimits", {"UsageLimitId": str(uuid4())} | response.params, "UsageLimitId")

    CREATE_LIMIT.replace_by(create)
    DESCRIBE_LIMITS.replace_by(lambda response: _find(response, "UsageLimits", "UsageLimitId"))
    DELETE_LIMIT.replace_by(lambda response: _drop(response, "UsageLimits", "UsageLimitId"))


def redshift_keeps_scheduled_actions() -> None:
    """Symptom: `terraform apply` of a scheduled action fails: CreateScheduledAction is not implemented.

    They are kept, not carried out.
    """

    def create(response: Any) -> ActionResult:
        state = "DISABLED" if response._get_param("Enable") is False else "ACTIVE"
        return _put(response, "ScheduledActions", response.params | {"State": state}, "ScheduledActionName")

    CREATE_ACTION.replace_by(create)
    DESCRIBE_ACTIONS.replace_by(lambda response: _find(response, "ScheduledActions", "ScheduledActionName"))
    DELETE_ACTION.replace_by(lambda response: _drop(response, "ScheduledActions", "ScheduledActionName"))


def redshift_keeps_snapshot_schedules() -> None:
    """Symptom: `terraform apply` of a snapshot schedule fails: CreateSnapshotSchedule is not implemented.

    They are kept, not carried out.
    """

    def create(response: Any) -> ActionResult:
        return _put(response, "SnapshotSchedules", response.params | {"AssociatedClusters": []}, "ScheduleIdentifier")

    def use(response: Any) -> EmptyResult:
        schedule = _shelf(response, "SnapshotSchedules")[response._get_param("ScheduleIdentifier")]
        used = {"ClusterIdentifier": response._get_param("ClusterIdentifier"), "ScheduleAssociationState": "ACTIVE"}
        schedule["AssociatedClusters"] = [] if response._get_param("DisassociateSchedule") else [used]
        return EmptyResult()

    CREATE_SCHEDULE.replace_by(create)
    DESCRIBE_SCHEDULES.replace_by(lambda response: _find(response, "SnapshotSchedules", "ScheduleIdentifier"))
    DELETE_SCHEDULE.replace_by(lambda response: _drop(response, "SnapshotSchedules", "ScheduleIdentifier"))
    USE_SCHEDULE.replace_by(use)


def _told(given: Record) -> Record:
    """What a cluster says of itself because of what was said in a call."""
    told = {name: given[name] for name in AS_GIVEN if name in given}
    if "AvailabilityZoneRelocation" in given:
        told["AvailabilityZoneRelocationStatus"] = "enabled" if given["AvailabilityZoneRelocation"] else "disabled"
    if "MultiAZ" in given:
        told["MultiAZ"] = "Enabled" if given["MultiAZ"] else "Disabled"
    return told


def _cluster(response: Any) -> Any:
    (cluster,) = response.redshift_backend.describe_clusters(response._get_param("ClusterIdentifier"))
    return cluster


def _secrets(response: Any) -> Any:
    return secretsmanager_backends[response.current_account][response.region]


def _shelf(response: Any, name: str) -> dict[str, Record]:
    shelf: dict[str, Record] = vars(response.redshift_backend).setdefault("shelves", {}).setdefault(name, {})
    return shelf


def _put(response: Any, shelf: str, record: Record, key: str) -> ActionResult:
    _shelf(response, shelf)[record[key]] = record
    return ActionResult(record)


def _find(response: Any, shelf: str, key: str) -> ActionResult:
    wanted = response._get_param(key)
    return ActionResult({shelf: [each for each in _shelf(response, shelf).values() if wanted in (None, each[key])]})


def _drop(response: Any, shelf: str, key: str) -> EmptyResult:
    _shelf(response, shelf).pop(response._get_param(key), None)
    return EmptyResult()
