"""Corrections of moto's EC2: rules of security groups."""

from typing import Any

from moto.ec2.models.security_groups import SecurityGroupRule

from local.embedded_aws.corrections.anchor import Anchor

NEW_RULE = Anchor(SecurityGroupRule, "__init__", "883af0d5f843")
DESCRIPTION = Anchor(SecurityGroupRule, "description", "d7622595c404")


def ec2_rules_keep_the_description_of_every_kind_of_peer() -> None:
    """Symptom: every plan wants to describe again each rule whose other side is a prefix list or a security group.

    moto looks for the description beside the addresses only.
    """
    create = NEW_RULE.original

    def create_and_keep(rule: Any, *arguments: Any, **named: Any) -> None:
        create(rule, *arguments, **named)
        # Addresses, group, prefix list: one of them is given.
        peers = [*arguments[5:8], named.get("ip_range"), named.get("source_group"), named.get("prefix_list_id")]
        rule.described = next((peer["Description"] for peer in peers if peer and "Description" in peer), None)

    def description(rule: Any) -> str | None:
        changed: str | None = rule.ip_range.get("Description")
        return changed or rule.described

    NEW_RULE.replace_by(create_and_keep)
    DESCRIPTION.replace_by(property(description))
