"""AWS as the helpers see it: clients that go where Terraform goes, and ids that only AWS knows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import boto3
from botocore.exceptions import ClientError

from deploy.orphan_ids import TAGGED, Caller, Values
from deploy.stack import DeployError
from local.lambda_service.aws_clients import aws_client

GONE = ("PendingDeletion", "PendingReplicaDeletion")


@dataclass(frozen=True, kw_only=True)
class Aws:
    """One region, of the real AWS or of the emulated one at ``endpoint``."""

    region: str
    endpoint: str | None

    def client(self, service: str) -> Any:
        if self.endpoint:
            return aws_client(service, endpoint=self.endpoint, region=self.region)
        make: Any = boto3.client
        return make(service, region_name=self.region)

    def caller(self) -> Caller:
        return Caller(account=self.client("sts").get_caller_identity()["Account"], region=self.region)

    def find_id(self, type_: str, values: Values, region: str) -> str | None:
        """The id of a resource that is imported by something else than its name; None if there is none."""
        there = replace(self, region=region)
        if type_ in TAGGED:
            return there._tagged(TAGGED[type_], values)
        find = {
            "aws_kms_key": there._key,
            "aws_lambda_event_source_mapping": there._mapping,
            "aws_redshift_usage_limit": there._usage_limit,
            "aws_secretsmanager_secret": there._secret,
            "aws_vpc_security_group_egress_rule": there._rule,
            "aws_vpc_security_group_ingress_rule": there._rule,
        }[type_]
        return find(values)

    def has_value(self, secret: str) -> bool:
        """Whether a secret, by its ARN, has a current value."""
        stages = self.client("secretsmanager").describe_secret(SecretId=secret).get("VersionIdsToStages", {})
        return any("AWSCURRENT" in labels for labels in stages.values())

    def _tagged(self, prefix: str, values: Values) -> str | None:
        """What a network is made of has no names, so ours have a tag ``Name``."""
        name = (values.get("tags") or {}).get("Name")
        if not name:
            return None
        filters = [{"Name": "key", "Values": ["Name"]}, {"Name": "value", "Values": [name]}]
        tagged = [tag["ResourceId"] for tag in self.client("ec2").describe_tags(Filters=filters)["Tags"]]
        found = [id_ for id_ in tagged if id_.startswith(f"{prefix}-")]
        if len(found) > 1:
            raise DeployError(f"several are called {name}: {', '.join(found)}; end the surplus ones by hand")
        return next(iter(found), None)

    def _key(self, values: Values) -> str | None:
        """Keys have no names; ours carry their alias as description, from the moment they exist."""
        wanted = values.get("description")
        kms = self.client("kms")
        pages = kms.get_paginator("list_keys").paginate()
        keys = [kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"] for page in pages for key in page["Keys"]]
        ours = [key["KeyId"] for key in keys if key["Description"] == wanted and key["KeyState"] not in GONE]
        aliases = {alias.get("TargetKeyId") for alias in self._aliases(kms) if alias["AliasName"] == f"alias/{wanted}"}
        named = [key for key in ours if key in aliases]
        return next(iter(named or ours), None)

    def _aliases(self, kms: Any) -> list[Mapping[str, Any]]:
        return [alias for page in kms.get_paginator("list_aliases").paginate() for alias in page["Aliases"]]

    def _mapping(self, values: Values) -> str | None:
        source, function = values.get("event_source_arn"), values.get("function_name")
        if not source or not function:  # known once the stream and the function are imported
            return None
        try:
            answer = self.client("lambda").list_event_source_mappings(EventSourceArn=source, FunctionName=function)
        except ClientError as error:
            if _missing(error):
                return None
            raise
        return next((mapping["UUID"] for mapping in answer["EventSourceMappings"]), None)

    def _usage_limit(self, values: Values) -> str | None:
        """A cluster has one for each feature and period."""
        cluster, feature = values.get("cluster_identifier"), values["feature_type"]
        if not cluster:  # known once the cluster is imported
            return None
        pages = self.client("redshift").get_paginator("describe_usage_limits")
        found = pages.paginate(ClusterIdentifier=cluster, FeatureType=feature).search("UsageLimits")
        return next((limit["UsageLimitId"] for limit in found if limit["Period"] == values["period"]), None)

    def _rule(self, values: Values) -> str | None:
        """A security group has no two rules for the same ports and the same other side."""
        group = values.get("security_group_id")
        if not group:
            return None
        pages = self.client("ec2").get_paginator("describe_security_group_rules")
        rules = pages.paginate(Filters=[{"Name": "group-id", "Values": [group]}]).search("SecurityGroupRules")
        return next((rule["SecurityGroupRuleId"] for rule in rules if _same_rule(rule, values)), None)

    def _secret(self, values: Values) -> str | None:
        try:
            secret = self.client("secretsmanager").describe_secret(SecretId=values["name"])
        except ClientError as error:
            if _missing(error):
                return None
            raise
        return None if secret.get("DeletedDate") else str(secret["ARN"])


def _missing(error: ClientError) -> bool:
    return bool(error.response["Error"]["Code"] == "ResourceNotFoundException")


def _same_rule(rule: Mapping[str, Any], values: Values) -> bool:
    there = (
        rule["IpProtocol"],
        rule.get("FromPort"),
        rule.get("ToPort"),
        rule.get("CidrIpv4"),
        rule.get("PrefixListId"),
        rule.get("ReferencedGroupInfo", {}).get("GroupId"),
    )
    sides = ("cidr_ipv4", "prefix_list_id", "referenced_security_group_id")
    return there == tuple(values.get(name) for name in ("ip_protocol", "from_port", "to_port", *sides))
