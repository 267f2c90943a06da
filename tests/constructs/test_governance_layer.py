import dataclasses

import pytest

from config.data_access import ANALYSTS, DataAccess
from tests.support.governed_lake import governed


def test_a_tier_that_names_a_zone_there_is_none_of_is_refused_with_those_there_are() -> None:
    tier = dataclasses.replace(ANALYSTS, files=frozenset({"platinum"}))
    with pytest.raises(ValueError, match=r"analysts names the zones \['platinum'\]; there are: \['bronze', 'gold'"):
        governed(DataAccess(tiers=(tier,)))


def test_tiers_do_not_share_a_workgroup_for_they_would_read_each_others_results() -> None:
    template = governed()
    names = {group["name"] for group in template.all("aws_athena_workgroup").values()}
    assert names == {"ecommerce-prod-analysts", "ecommerce-prod-engineers", "ecommerce-prod-dashboards"}
    documents = template.all("aws_iam_policy_document", "data")
    for name, policy in template.all("aws_iam_role_policy").items():
        if "_QueryBy" in name:
            workgroups = [
                arn
                for statement in documents[policy["policy"].split(".")[2]]["statement"]
                for arn in statement["resources"]
                if "workgroup" in arn
            ]
            tier = name.split("_QueryBy")[1].split("_")[0]
            assert len(workgroups) == 1
            assert tier in workgroups[0]


def test_engineers_put_scripts_and_delete_nothing() -> None:
    template = governed()
    roles = {name: role["name"] for name, role in template.all("aws_iam_role").items()}
    documents = template.all("aws_iam_policy_document", "data")
    actions = {
        (action, arn.split(".")[1].split("_")[0])
        for policy in template.all("aws_iam_role_policy").values()
        if roles[policy["role"].split(".")[1]] == "ecommerce-prod-engineers"
        for statement in documents[policy["policy"].split(".")[2]]["statement"]
        for action in statement["actions"]
        for arn in statement["resources"]
        if "aws_s3_bucket" in arn
    }
    assert {zone for action, zone in actions if action == "s3:PutObject"} == {"Scripts", "Results"}
    assert not any("Delete" in action for action, _ in actions)
