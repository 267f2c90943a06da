"""By what name Terraform imports a resource: read from what a plan would create, since our names are deterministic.

Only types whose second creation fails or makes a twin. What is merely set on something else (a bucket's policy, a
role's) is set again by the next apply.
"""

import json
import re
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, replace
from typing import Any

Values = Mapping[str, Any]
# Asks AWS for an id that is no name: (type, planned values, region) -> id, or None if there is no such resource.
Lookup = Callable[[str, Values, str], str | None]

# How their ids begin: the types that EC2's list of tags names are not the same everywhere.
TAGGED = {
    "aws_eip": "eipalloc",
    "aws_flow_log": "fl",
    "aws_internet_gateway": "igw",
    "aws_nat_gateway": "nat",
    "aws_route_table": "rtb",
    "aws_security_group": "sg",
    "aws_subnet": "subnet",
    "aws_vpc": "vpc",
    "aws_vpc_endpoint": "vpce",
}
LOOKED_UP = {
    *TAGGED,
    "aws_kms_key",
    "aws_lambda_event_source_mapping",
    "aws_redshift_usage_limit",
    "aws_secretsmanager_secret",
    "aws_vpc_security_group_egress_rule",
    "aws_vpc_security_group_ingress_rule",
}
# {account} is the caller's and {region} its provider's; everything else is an attribute of the resource.
IDS = {
    "aws_athena_workgroup": "{name}",
    "aws_cloudwatch_event_rule": "{event_bus_name}/{name}",
    "aws_cloudwatch_log_group": "{name}",
    "aws_cloudwatch_metric_alarm": "{alarm_name}",
    "aws_db_instance": "{identifier}",
    "aws_db_parameter_group": "{name}",
    "aws_db_subnet_group": "{name}",
    "aws_dynamodb_table": "{name}",
    "aws_glue_catalog_database": "{account}:{name}",
    "aws_glue_catalog_table": "{account}:{database_name}:{name}",
    "aws_glue_crawler": "{name}",
    "aws_glue_job": "{name}",
    "aws_glue_security_configuration": "{name}",
    "aws_glue_trigger": "{name}",
    "aws_glue_workflow": "{name}",
    "aws_iam_instance_profile": "{name}",
    "aws_iam_policy": "arn:aws:iam::{account}:policy{path}{name}",
    "aws_iam_role": "{name}",
    "aws_kinesis_firehose_delivery_stream": "arn:aws:firehose:{region}:{account}:deliverystream/{name}",
    "aws_kinesis_stream": "{name}",
    "aws_kms_alias": "{name}",
    "aws_lakeformation_lf_tag": "{account}:{key}",
    "aws_lambda_function": "{function_name}",
    "aws_redshift_cluster": "{cluster_identifier}",
    "aws_redshift_parameter_group": "{name}",
    "aws_redshift_scheduled_action": "{name}",
    "aws_redshift_snapshot_schedule": "{identifier}",
    "aws_redshift_subnet_group": "{name}",
    "aws_redshiftserverless_namespace": "{namespace_name}",
    "aws_redshiftserverless_workgroup": "{workgroup_name}",
    "aws_route": "{route_table_id}_{destination_cidr_block}",
    "aws_route_table_association": "{subnet_id}/{route_table_id}",
    "aws_s3_bucket": "{bucket}",
    "aws_sfn_state_machine": "arn:aws:states:{region}:{account}:stateMachine:{name}",
    "aws_sns_topic": "arn:aws:sns:{region}:{account}:{name}",
    "aws_sqs_queue": "https://sqs.{region}.amazonaws.com/{account}/{name}",
}
NOT_THERE = re.compile(r'existing object to "(.+?)", the provider detected that no object exists')
# Some importers look for themselves, and do not say what they did not find.
NAMELESS_MISS = re.compile(r"couldn't find resource|empty result|NotFound|not found|does not exist")


@dataclass(frozen=True, kw_only=True)
class Import:
    """One import block."""

    address: str
    id: str

    def block(self) -> dict[str, str]:
        return {"to": self.address, "id": self.id}


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Whose account and region the stack is in."""

    account: str
    region: str


def candidates(plan: Values, *, caller: Caller, lookup: Lookup) -> set[Import]:
    """What the plan would create and might exist already, as far as its names are known by now."""
    regions = _regions(plan)
    found = set()
    for change in plan.get("resource_changes", []):
        if change["change"]["actions"] != ["create"]:
            continue
        there = replace(caller, region=regions.get(change["address"], caller.region))
        id_ = _id(change["type"], change["change"]["after"] or {}, there, lookup)
        if id_ is not None:
            found.add(Import(address=change["address"], id=id_))
    return found


def not_there(plan_output: str, imports: Set[Import]) -> set[Import]:
    """The imports that failed because there is no such object, from the output of ``plan -json``."""
    events = [json.loads(line) for line in plan_output.splitlines() if line.startswith("{")]
    complaints = [event["diagnostic"] for event in events if event.get("diagnostic", {}).get("severity") == "error"]
    named = {address for each in complaints for address in NOT_THERE.findall(each["detail"])}
    if named:
        return {one for one in imports if one.address in named}
    if not complaints or not all(NAMELESS_MISS.search(f"{each['summary']} {each['detail']}") for each in complaints):
        return set()
    read = {event["hook"]["resource"]["addr"] for event in events if event.get("type") == "refresh_complete"}
    return {one for one in imports if one.address not in read}


def _regions(plan: Values) -> dict[str, str]:
    """By address, where it says so itself: the second region's resources have a provider of their own."""
    configuration = plan.get("configuration", {})
    said = {
        key: provider.get("expressions", {}).get("region", {}).get("constant_value")
        for key, provider in configuration.get("provider_config", {}).items()
    }
    resources = configuration.get("root_module", {}).get("resources", [])
    named = {resource["address"]: said.get(resource["provider_config_key"]) for resource in resources}
    return {address: region for address, region in named.items() if region}


def _id(type_: str, values: Values, caller: Caller, lookup: Lookup) -> str | None:
    if type_ in LOOKED_UP:
        return lookup(type_, values, caller.region)
    try:
        return IDS[type_].format(account=caller.account, region=caller.region, **values)
    except KeyError:  # a type without a name of its own, or a name that is known only after its owner's import
        return None
