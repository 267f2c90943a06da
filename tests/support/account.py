"""What stands in an account, asked service by service: the state of a stack tells only what Terraform knows of."""

from collections.abc import Callable, Iterable
from typing import Any

Client = Callable[[str], Any]

# Service, operation, options, where the answer lists, and what each is called (None: the list is of names).
LISTED: tuple[tuple[str, str, dict[str, Any], str, str | None], ...] = (
    ("athena", "list_work_groups", {}, "WorkGroups", "Name"),
    ("ec2", "describe_addresses", {}, "Addresses", "AllocationId"),
    ("ec2", "describe_flow_logs", {}, "FlowLogs", "FlowLogId"),
    ("ec2", "describe_internet_gateways", {}, "InternetGateways", "InternetGatewayId"),
    ("ec2", "describe_nat_gateways", {}, "NatGateways", "NatGatewayId"),
    ("ec2", "describe_route_tables", {}, "RouteTables", "RouteTableId"),
    ("ec2", "describe_security_groups", {}, "SecurityGroups", "GroupId"),
    ("ec2", "describe_subnets", {}, "Subnets", "SubnetId"),
    ("ec2", "describe_vpc_endpoints", {}, "VpcEndpoints", "VpcEndpointId"),
    ("ec2", "describe_vpcs", {}, "Vpcs", "VpcId"),
    ("glue", "get_databases", {}, "DatabaseList", "Name"),
    ("iam", "list_policies", {"Scope": "Local"}, "Policies", "PolicyName"),
    ("iam", "list_roles", {}, "Roles", "RoleName"),
    ("kinesis", "list_streams", {}, "StreamNames", None),
    ("kms", "list_aliases", {}, "Aliases", "AliasName"),
    ("lakeformation", "list_lf_tags", {}, "LFTags", "TagKey"),
    ("lakeformation", "list_resources", {}, "ResourceInfoList", "ResourceArn"),
    ("lambda", "list_event_source_mappings", {}, "EventSourceMappings", "UUID"),
    ("lambda", "list_functions", {}, "Functions", "FunctionName"),
    ("lambda", "list_layers", {}, "Layers", "LayerName"),
    ("logs", "describe_log_groups", {}, "logGroups", "logGroupName"),
    ("rds", "describe_db_instances", {}, "DBInstances", "DBInstanceIdentifier"),
    ("rds", "describe_db_parameter_groups", {}, "DBParameterGroups", "DBParameterGroupName"),
    ("rds", "describe_db_snapshots", {}, "DBSnapshots", "DBSnapshotIdentifier"),
    ("rds", "describe_db_subnet_groups", {}, "DBSubnetGroups", "DBSubnetGroupName"),
    ("redshift", "describe_cluster_parameter_groups", {}, "ParameterGroups", "ParameterGroupName"),
    ("redshift", "describe_cluster_snapshots", {}, "Snapshots", "SnapshotIdentifier"),
    ("redshift", "describe_cluster_subnet_groups", {}, "ClusterSubnetGroups", "ClusterSubnetGroupName"),
    ("redshift", "describe_clusters", {}, "Clusters", "ClusterIdentifier"),
    ("redshift", "describe_scheduled_actions", {}, "ScheduledActions", "ScheduledActionName"),
    ("redshift", "describe_snapshot_schedules", {}, "SnapshotSchedules", "ScheduleIdentifier"),
    ("redshift", "describe_usage_limits", {}, "UsageLimits", "UsageLimitId"),
    ("s3", "list_buckets", {}, "Buckets", "Name"),
    ("secretsmanager", "list_secrets", {}, "SecretList", "Name"),
)
# What lives on for a while after its end, with the states that say so.
ENDED = {"PendingDeletion", "PendingReplicaDeletion", "deleted"}


def inventory(client: Client) -> set[str]:
    """``service: name`` of everything; what awaits its end is left out."""
    found = {
        f"{service}: {name}"
        for service, operation, options, key, name_key in LISTED
        for name in _names(getattr(client(service), operation)(**options)[key], name_key)
    }
    return found | {f"kms: {key}" for key in _living_keys(client("kms"))}


def _names(listed: Iterable[Any], key: str | None) -> Iterable[str]:
    return (each if key is None else each[key] for each in listed if key is None or each.get("State") not in ENDED)


def _living_keys(kms: Any) -> set[str]:
    keys = [kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"] for key in kms.list_keys()["Keys"]]
    return {key["KeyId"] for key in keys if key["KeyState"] not in ENDED}
