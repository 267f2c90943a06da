import pytest
from cdktf import TerraformStack

from config import front_door
from config.environments import LOCAL
from constructs.web_firewall import WebFirewall
from tests.support.synthesis import Block, Template, synthesized


@pytest.fixture(scope="module")
def template() -> Template:
    def build(stack: TerraformStack) -> None:
        size = front_door.WebFirewall(requests_per_five_minutes=1_000)
        WebFirewall(stack, "Firewall", env=LOCAL, name="door", size=size, protected="arn:stage")

    return synthesized(build)


def rules(template: Template) -> dict[str, Block]:
    return {rule["name"]: rule for rule in template.one("aws_wafv2_web_acl")["rule"]}


def counted(rule: Block) -> set[str]:
    group = rule["statement"]["managed_rule_group_statement"]
    return {o["name"] for o in group.get("rule_action_override", ()) if o["action_to_use"] == {"count": {}}}


def test_known_attackers_attacks_and_floods_are_refused(template: Template) -> None:
    found = rules(template)
    assert {name for name in found if name.startswith("AWSManagedRules")} == {
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
    }
    rate = found["RateByAddress"]
    assert rate["action"] == {"block": {}}
    assert rate["statement"]["rate_based_statement"]["limit"] == 1_000
    assert len({rule["priority"] for rule in found.values()}) == len(found)


def test_what_a_visitor_typed_keeps_no_batch_out(template: Template) -> None:
    found = rules(template)
    common, inputs = (counted(found[f"AWSManagedRules{name}RuleSet"]) for name in ("Common", "KnownBadInputs"))
    assert {"SizeRestrictions_BODY", "CrossSiteScripting_BODY", "NoUserAgent_HEADER"} <= common
    assert inputs == {"Log4JRCE_BODY", "JavaDeserializationRCE_BODY"}
    # All else of these groups keeps its own action.
    for rule in found.values():
        assert rule.get("override_action", {"none": {}}) == {"none": {}}


def test_it_stands_before_the_stage(template: Template) -> None:
    assert template.one("aws_wafv2_web_acl_association")["resource_arn"] == "arn:stage"


def test_its_log_tells_of_refused_requests_only_and_of_no_secret(template: Template) -> None:
    logging = template.one("aws_wafv2_web_acl_logging_configuration")
    redacted = {field["single_header"]["name"] for field in logging["redacted_fields"]}
    assert redacted == {"authorization", "cookie", "x-api-key"}
    assert logging["logging_filter"]["default_behavior"] == "DROP"
    (kept,) = logging["logging_filter"]["filter"]
    assert {c["action_condition"]["action"] for c in kept["condition"]} == {"BLOCK", "COUNT"}
    group = template.one("aws_cloudwatch_log_group")
    assert group["name"].startswith("aws-waf-logs-")
    assert group["kms_key_id"].startswith("${aws_kms_key.")


def test_no_sample_shows_a_request(template: Template) -> None:
    acl = template.one("aws_wafv2_web_acl")
    views = [acl["visibility_config"], *(rule["visibility_config"] for rule in acl["rule"])]
    assert not any(view["sampled_requests_enabled"] for view in views)
