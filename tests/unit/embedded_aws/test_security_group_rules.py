from collections.abc import Callable
from typing import Any

import pytest

Client = Callable[[str], Any]
HTTPS = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}


@pytest.fixture
def ec2(client: Client) -> Any:
    return client("ec2")


@pytest.mark.parametrize("peer", ["IpRanges", "UserIdGroupPairs", "PrefixListIds"])
def test_a_rule_keeps_its_description_whatever_is_on_its_other_side(ec2: Any, peer: str) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    group = ec2.create_security_group(GroupName=f"to-{peer}", Description="d", VpcId=vpc)["GroupId"]
    (s3,) = ec2.describe_managed_prefix_lists(
        Filters=[{"Name": "prefix-list-name", "Values": ["com.amazonaws.eu-west-1.s3"]}]
    )["PrefixLists"]
    other = {
        "IpRanges": {"CidrIp": "10.0.0.0/16"},
        "UserIdGroupPairs": {"GroupId": group},
        "PrefixListIds": {"PrefixListId": s3["PrefixListId"]},
    }[peer]
    permission = HTTPS | {peer: [other | {"Description": "HTTPS"}]}

    ec2.authorize_security_group_egress(GroupId=group, IpPermissions=[permission])

    rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"]
    assert [rule["Description"] for rule in rules if rule.get("FromPort") == 443] == ["HTTPS"]
