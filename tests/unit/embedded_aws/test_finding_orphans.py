"""What `make adopt` asks AWS for: ids that are no names. Asked of an emulated one, as the helpers do it."""

from collections.abc import Callable
from typing import Any

import pytest

from deploy.aws import Aws
from deploy.orphan_ids import TAGGED
from local.embedded_aws import REGION, EmbeddedAws

Client = Callable[[str], Any]


@pytest.fixture
def asked(aws: EmbeddedAws) -> Aws:
    return Aws(region=REGION, endpoint=aws.endpoint)


@pytest.fixture(scope="module")
def network(client: Client) -> dict[str, str]:
    """The id of each thing called ``orphan``, by its type."""
    ec2 = client("ec2")

    def called(kind: str) -> list[dict[str, Any]]:
        return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": "orphan"}]}]

    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16", TagSpecifications=called("vpc"))["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.0.0/24", TagSpecifications=called("subnet"))
    address = ec2.allocate_address(Domain="vpc", TagSpecifications=called("elastic-ip"))["AllocationId"]
    nat = ec2.create_nat_gateway(
        SubnetId=subnet["Subnet"]["SubnetId"], AllocationId=address, TagSpecifications=called("natgateway")
    )
    group = ec2.create_security_group(
        GroupName="orphan", Description="d", VpcId=vpc, TagSpecifications=called("security-group")
    )
    table = ec2.create_route_table(VpcId=vpc, TagSpecifications=called("route-table"))
    gateway = ec2.create_internet_gateway(TagSpecifications=called("internet-gateway"))
    endpoint = ec2.create_vpc_endpoint(
        VpcId=vpc, ServiceName=f"com.amazonaws.{REGION}.s3", TagSpecifications=called("vpc-endpoint")
    )
    client("logs").create_log_group(logGroupName="/orphan")
    log = ec2.create_flow_logs(
        ResourceIds=[vpc],
        ResourceType="VPC",
        TrafficType="ALL",
        LogGroupName="/orphan",
        DeliverLogsPermissionArn=client("iam").create_role(RoleName="orphan", AssumeRolePolicyDocument="{}")["Role"][
            "Arn"
        ],
        TagSpecifications=called("vpc-flow-log"),
    )
    return {
        "aws_eip": address,
        "aws_flow_log": log["FlowLogIds"][0],
        "aws_internet_gateway": gateway["InternetGateway"]["InternetGatewayId"],
        "aws_nat_gateway": nat["NatGateway"]["NatGatewayId"],
        "aws_route_table": table["RouteTable"]["RouteTableId"],
        "aws_security_group": group["GroupId"],
        "aws_subnet": subnet["Subnet"]["SubnetId"],
        "aws_vpc": vpc,
        "aws_vpc_endpoint": endpoint["VpcEndpoint"]["VpcEndpointId"],
    }


@pytest.mark.parametrize("type_", TAGGED)
def test_a_part_of_the_network_is_found_by_its_name_among_others_of_that_name(
    type_: str, asked: Aws, network: dict[str, str]
) -> None:
    assert asked.find_id(type_, {"tags": {"Name": "orphan"}}, REGION) == network[type_]
    assert asked.find_id(type_, {"tags": {"Name": "nobody"}}, REGION) is None


def test_a_rule_is_found_by_its_group_ports_and_other_side(asked: Aws, network: dict[str, str], client: Client) -> None:
    group = network["aws_security_group"]
    https = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    made = client("ec2").authorize_security_group_egress(
        GroupId=group, IpPermissions=[https | {"IpRanges": [{"CidrIp": "10.9.0.0/16"}]}]
    )
    rule = {"security_group_id": group, "ip_protocol": "tcp", "from_port": 443, "to_port": 443}

    def find(cidr: str) -> str | None:
        return asked.find_id("aws_vpc_security_group_egress_rule", rule | {"cidr_ipv4": cidr}, REGION)

    assert find("10.9.0.0/16") == made["SecurityGroupRules"][0]["SecurityGroupRuleId"]
    assert find("10.8.0.0/16") is None


def test_a_usage_limit_is_found_by_its_cluster_feature_and_period(asked: Aws, client: Client) -> None:
    redshift = client("redshift")
    redshift.create_cluster(
        ClusterIdentifier="orphan", NodeType="ra3.large", MasterUsername="keeper", MasterUserPassword="Passw0rd-orphan"
    )
    limit = redshift.create_usage_limit(
        ClusterIdentifier="orphan", FeatureType="spectrum", LimitType="data-scanned", Amount=1, Period="daily"
    )
    wanted = {"cluster_identifier": "orphan", "feature_type": "spectrum", "period": "daily"}
    assert asked.find_id("aws_redshift_usage_limit", wanted, REGION) == limit["UsageLimitId"]
    assert asked.find_id("aws_redshift_usage_limit", wanted | {"period": "weekly"}, REGION) is None
    assert asked.find_id("aws_redshift_usage_limit", wanted | {"cluster_identifier": None}, REGION) is None


def test_whether_a_secret_has_a_value_is_known_without_reading_it(asked: Aws, client: Client) -> None:
    secrets = client("secretsmanager")
    empty = secrets.create_secret(Name="empty")["ARN"]
    full = secrets.create_secret(Name="full", SecretString="x")["ARN"]
    assert (asked.has_value(empty), asked.has_value(full)) == (False, True)
