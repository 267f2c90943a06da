"""Refuses what comes from known attackers, tries known attacks, or comes too often, before API Gateway looks at it."""

from collections.abc import Sequence
from typing import Any

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.wafv2_web_acl import (
    Wafv2WebAcl,
    Wafv2WebAclDefaultAction,
    Wafv2WebAclDefaultActionAllow,
    Wafv2WebAclRule,
    Wafv2WebAclRuleVisibilityConfig,
    Wafv2WebAclVisibilityConfig,
)
from cdktf_cdktf_provider_aws.wafv2_web_acl_association import Wafv2WebAclAssociation
from cdktf_cdktf_provider_aws.wafv2_web_acl_logging_configuration import (
    Wafv2WebAclLoggingConfiguration,
    Wafv2WebAclLoggingConfigurationLoggingFilter,
    Wafv2WebAclLoggingConfigurationLoggingFilterFilter,
    Wafv2WebAclLoggingConfigurationLoggingFilterFilterCondition,
    Wafv2WebAclLoggingConfigurationLoggingFilterFilterConditionActionCondition,
    Wafv2WebAclLoggingConfigurationRedactedFields,
    Wafv2WebAclLoggingConfigurationRedactedFieldsSingleHeader,
)

from config import Environment, front_door
from constructs import Construct
from constructs.encryption_key import environment_key

# AWS's rule groups, and which of their rules only count.
# https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
MANAGED: dict[str, Sequence[str]] = {
    "AWSManagedRulesAmazonIpReputationList": (),
    # A body is data here: nothing runs what a visitor typed into the search box, and one such event must not keep the
    # other 499 out. The size rule ends at 8 KB, a batch has megabytes. PHP's curl names no user agent.
    "AWSManagedRulesCommonRuleSet": (
        "SizeRestrictions_BODY",
        "CrossSiteScripting_BODY",
        "EC2MetaDataSSRF_BODY",
        "GenericLFI_BODY",
        "GenericRFI_BODY",
        "NoUserAgent_HEADER",
    ),
    "AWSManagedRulesKnownBadInputsRuleSet": ("Log4JRCE_BODY", "JavaDeserializationRCE_BODY"),
}
SECRETS = ("authorization", "cookie", "x-api-key")


class WebFirewall(Construct):
    """A regional web ACL before ``protected``, the ARN of a stage; its log tells of what was refused or counted.

    That log names addresses, without which nobody could tell an attack from a mistake.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        env: Environment,
        name: str,
        size: front_door.WebFirewall,
        protected: str,
    ) -> None:
        super().__init__(scope, id_)
        rules = [_managed(number, group, count) for number, (group, count) in enumerate(MANAGED.items(), start=1)]
        self.acl = Wafv2WebAcl(
            self,
            "Acl",
            name=name,
            description="Before the front door.",
            scope="REGIONAL",
            default_action=Wafv2WebAclDefaultAction(allow=Wafv2WebAclDefaultActionAllow()),
            rule=[*rules, _rate(len(rules) + 1, size.requests_per_five_minutes)],
            visibility_config=Wafv2WebAclVisibilityConfig(
                cloudwatch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=False
            ),
        )
        Wafv2WebAclAssociation(self, "Association", resource_arn=protected, web_acl_arn=self.acl.arn)
        # WAF takes no other beginning.
        log_name = f"aws-waf-logs-{name}"
        key = environment_key(self, "Key", env=env, name="web-firewall", for_logs=log_name)
        log = CloudwatchLogGroup(self, "Log", name=log_name, retention_in_days=env.log_keep_days, kms_key_id=key.arn)
        Wafv2WebAclLoggingConfiguration(
            self,
            "Logging",
            resource_arn=self.acl.arn,
            log_destination_configs=[log.arn],
            logging_filter=_only(("BLOCK", "COUNT")),
            redacted_fields=[
                Wafv2WebAclLoggingConfigurationRedactedFields(
                    single_header=Wafv2WebAclLoggingConfigurationRedactedFieldsSingleHeader(name=header)
                )
                for header in SECRETS
            ],
        )


def _managed(priority: int, group: str, count: Sequence[str]) -> Wafv2WebAclRule:
    overrides = [{"name": rule, "action_to_use": {"count": {}}} for rule in count]
    statement: dict[str, Any] = {"vendor_name": "AWS", "name": group}
    if overrides:
        statement["rule_action_override"] = overrides
    return Wafv2WebAclRule(
        name=group,
        priority=priority,
        override_action={"none": {}},
        statement={"managed_rule_group_statement": statement},
        visibility_config=_visible(group),
    )


def _rate(priority: int, requests_per_five_minutes: int) -> Wafv2WebAclRule:
    statement = {"limit": requests_per_five_minutes, "evaluation_window_sec": 300, "aggregate_key_type": "IP"}
    return Wafv2WebAclRule(
        name="RateByAddress",
        priority=priority,
        action={"block": {}},
        statement={"rate_based_statement": statement},
        visibility_config=_visible("RateByAddress"),
    )


def _visible(name: str) -> Wafv2WebAclRuleVisibilityConfig:
    # A sample would show whole requests, and among them addresses and keys.
    return Wafv2WebAclRuleVisibilityConfig(
        cloudwatch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=False
    )


def _only(actions: Sequence[str]) -> Wafv2WebAclLoggingConfigurationLoggingFilter:
    return Wafv2WebAclLoggingConfigurationLoggingFilter(
        default_behavior="DROP",
        filter=[
            Wafv2WebAclLoggingConfigurationLoggingFilterFilter(
                behavior="KEEP",
                requirement="MEETS_ANY",
                condition=[
                    Wafv2WebAclLoggingConfigurationLoggingFilterFilterCondition(
                        action_condition=Wafv2WebAclLoggingConfigurationLoggingFilterFilterConditionActionCondition(
                            action=action
                        )
                    )
                    for action in actions
                ],
            )
        ],
    )
