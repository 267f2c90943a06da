import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

Client = Callable[[str], Any]
NAME = "shop"


@pytest.fixture
def redshift(client: Client) -> Any:
    return client("redshift")


@pytest.fixture
def cluster(redshift: Any) -> Iterator[dict[str, Any]]:
    """As AWS tells it again."""
    redshift.create_cluster(
        ClusterIdentifier=NAME,
        NodeType="ra3.large",
        ClusterType="single-node",
        MasterUsername="keeper",
        ManageMasterPassword=True,
        MasterPasswordSecretKmsKeyId="arn:aws:kms:eu-west-1:123456789012:key/k",
        DefaultIamRoleArn="arn:aws:iam::123456789012:role/r",
        ManualSnapshotRetentionPeriod=365,
        AvailabilityZoneRelocation=True,
    )
    (found,) = redshift.describe_clusters(ClusterIdentifier=NAME)["Clusters"]
    yield found
    redshift.delete_cluster(ClusterIdentifier=NAME, SkipFinalClusterSnapshot=True)


def test_a_cluster_tells_that_it_is_there_and_what_it_was_told(cluster: dict[str, Any]) -> None:
    assert cluster["ClusterAvailabilityStatus"] == "Available"
    assert cluster["AvailabilityZoneRelocationStatus"] == "enabled"
    assert cluster["MultiAZ"] == "Disabled"
    assert cluster["ManualSnapshotRetentionPeriod"] == 365
    assert cluster["DefaultIamRoleArn"].endswith(":role/r")
    assert cluster["MasterPasswordSecretKmsKeyId"].endswith(":key/k")


def test_a_cluster_tells_what_was_changed(redshift: Any, cluster: dict[str, Any]) -> None:
    redshift.modify_cluster(ClusterIdentifier=NAME, AvailabilityZoneRelocation=False, ManualSnapshotRetentionPeriod=7)

    (found,) = redshift.describe_clusters(ClusterIdentifier=NAME)["Clusters"]
    assert found["AvailabilityZoneRelocationStatus"] == "disabled"
    assert found["ManualSnapshotRetentionPeriod"] == 7
    assert found["DefaultIamRoleArn"] == cluster["DefaultIamRoleArn"]


def test_the_owners_password_is_in_a_secret_that_goes_with_the_cluster(redshift: Any, client: Client) -> None:
    secrets = client("secretsmanager")
    redshift.create_cluster(
        ClusterIdentifier="other",
        NodeType="ra3.large",
        ClusterType="single-node",
        MasterUsername="keeper",
        ManageMasterPassword=True,
    )
    (found,) = redshift.describe_clusters(ClusterIdentifier="other")["Clusters"]
    secret = found["MasterPasswordSecretArn"]
    assert json.loads(secrets.get_secret_value(SecretId=secret)["SecretString"])["username"] == "keeper"

    redshift.delete_cluster(ClusterIdentifier="other", SkipFinalClusterSnapshot=True)

    with pytest.raises(secrets.exceptions.ResourceNotFoundException):
        secrets.get_secret_value(SecretId=secret)


def test_a_parameter_group_keeps_what_was_set_apart_from_what_was_there(redshift: Any) -> None:
    redshift.create_cluster_parameter_group(
        ParameterGroupName="tls", ParameterGroupFamily="redshift-1.0", Description="d"
    )
    redshift.modify_cluster_parameter_group(
        ParameterGroupName="tls", Parameters=[{"ParameterName": "require_ssl", "ParameterValue": "true"}]
    )

    own = redshift.describe_cluster_parameters(ParameterGroupName="tls", Source="user")["Parameters"]
    assert [(each["ParameterName"], each["ParameterValue"]) for each in own] == [("require_ssl", "true")]
    every = redshift.describe_cluster_parameters(ParameterGroupName="tls")["Parameters"]
    assert len(every) > len(own)


def test_a_usage_limit_comes_and_goes(redshift: Any) -> None:
    limit = redshift.create_usage_limit(
        ClusterIdentifier=NAME, FeatureType="spectrum", LimitType="data-scanned", Amount=1, Period="daily"
    )["UsageLimitId"]
    redshift.create_usage_limit(ClusterIdentifier=NAME, FeatureType="spectrum", LimitType="data-scanned", Amount=2)

    (found,) = redshift.describe_usage_limits(UsageLimitId=limit)["UsageLimits"]
    assert (found["Amount"], found["Period"]) == (1, "daily")
    redshift.delete_usage_limit(UsageLimitId=limit)
    assert redshift.describe_usage_limits(UsageLimitId=limit)["UsageLimits"] == []


def test_a_scheduled_action_comes_and_goes(redshift: Any) -> None:
    redshift.create_scheduled_action(
        ScheduledActionName="pause",
        TargetAction={"PauseCluster": {"ClusterIdentifier": NAME}},
        Schedule="cron(0 19 ? * MON *)",
        IamRole="arn:aws:iam::123456789012:role/r",
    )

    (found,) = redshift.describe_scheduled_actions(ScheduledActionName="pause")["ScheduledActions"]
    assert found["TargetAction"] == {"PauseCluster": {"ClusterIdentifier": NAME}}
    assert found["State"] == "ACTIVE"
    redshift.delete_scheduled_action(ScheduledActionName="pause")
    assert redshift.describe_scheduled_actions(ScheduledActionName="pause")["ScheduledActions"] == []


def test_a_snapshot_schedule_knows_its_cluster(redshift: Any) -> None:
    redshift.create_snapshot_schedule(ScheduleIdentifier="often", ScheduleDefinitions=["rate(4 hours)"])
    redshift.modify_cluster_snapshot_schedule(ClusterIdentifier=NAME, ScheduleIdentifier="often")

    (found,) = redshift.describe_snapshot_schedules(ScheduleIdentifier="often")["SnapshotSchedules"]
    assert found["ScheduleDefinitions"] == ["rate(4 hours)"]
    assert [each["ClusterIdentifier"] for each in found["AssociatedClusters"]] == [NAME]

    redshift.modify_cluster_snapshot_schedule(
        ClusterIdentifier=NAME, ScheduleIdentifier="often", DisassociateSchedule=True
    )
    (found,) = redshift.describe_snapshot_schedules(ScheduleIdentifier="often")["SnapshotSchedules"]
    assert found["AssociatedClusters"] == []
    redshift.delete_snapshot_schedule(ScheduleIdentifier="often")
