import pytest
from cdktf import TerraformStack

from config import NetworkSize
from constructs.private_network import PrivateNetwork
from tests.support.synthesis import Block, Template, synthesized

ACCOUNT = "123456789012"


def private(stack: TerraformStack, size: NetworkSize) -> PrivateNetwork:
    return PrivateNetwork(stack, "Private", name="shop", size=size, region="eu-west-1", account_id=ACCOUNT)


def network(size: NetworkSize) -> Template:
    return synthesized(lambda stack: private(stack, size))


@pytest.fixture(scope="module")
def closed() -> Template:
    return network(NetworkSize(interface_endpoints=("kms", "secretsmanager", "ecr.api")))


def bounds(template: Template, action: str) -> set[tuple[str, str]]:
    """Operators and keys that bound the endpoint of a service to this account."""
    (statement,) = [s for s in template.statements() if s["actions"] == [action]]
    assert all(condition["values"] == [ACCOUNT] for condition in statement["condition"])
    return {(condition["test"], condition["variable"]) for condition in statement["condition"]}


def test_there_is_a_private_subnet_in_each_zone_and_no_way_out(closed: Template) -> None:
    subnets = closed.all("aws_subnet").values()
    assert {subnet["availability_zone"] for subnet in subnets} == {"eu-west-1a", "eu-west-1b", "eu-west-1c"}
    assert not any(subnet["map_public_ip_on_launch"] for subnet in subnets)
    for way_out in ("aws_internet_gateway", "aws_nat_gateway", "aws_eip", "aws_route"):
        assert closed.all(way_out) == {}


def test_the_default_security_group_is_said_to_be_empty(closed: Template) -> None:
    group = closed.one("aws_default_security_group")
    assert group["ingress"] == []
    assert group["egress"] == []


def test_private_names_of_endpoints_are_resolved(closed: Template) -> None:
    vpc = closed.one("aws_vpc")
    assert vpc["enable_dns_support"]
    assert vpc["enable_dns_hostnames"]
    assert all(endpoint["private_dns_enabled"] for endpoint in endpoints(closed, "Interface"))


def test_s3_and_dynamodb_are_reached_from_every_private_subnet_for_this_account_alone(closed: Template) -> None:
    gateways = endpoints(closed, "Gateway")
    services = {gateway["service_name"] for gateway in gateways}
    assert services == {"com.amazonaws.eu-west-1.s3", "com.amazonaws.eu-west-1.dynamodb"}
    assert all(len(gateway["route_table_ids"]) == 3 for gateway in gateways)
    both = {("StringEquals", "aws:PrincipalAccount"), ("StringEquals", "aws:ResourceAccount")}
    assert bounds(closed, "s3:*") == bounds(closed, "dynamodb:*") == both


def test_there_is_an_interface_endpoint_for_each_service_of_the_list_bound_to_this_account(closed: Template) -> None:
    found = {endpoint["service_name"] for endpoint in endpoints(closed, "Interface")}
    assert found == {f"com.amazonaws.eu-west-1.{service}" for service in ("kms", "secretsmanager", "ecr.api")}
    assert all(len(endpoint["subnet_ids"]) == 3 for endpoint in endpoints(closed, "Interface"))
    assert ("StringEquals", "aws:PrincipalAccount") in bounds(closed, "ecr:*")


def test_endpoints_let_in_https_from_the_network_and_nothing_else(closed: Template) -> None:
    rule = closed.one("aws_vpc_security_group_ingress_rule")
    assert (rule["cidr_ipv4"], rule["from_port"], rule["to_port"]) == ("10.40.0.0/16", 443, 443)
    assert closed.all("aws_vpc_security_group_egress_rule") == {}
    group = closed.one("aws_security_group")
    assert not {"ingress", "egress"} & set(group)


def test_without_interface_endpoints_there_is_no_group_for_them() -> None:
    assert network(NetworkSize(interface_endpoints=())).all("aws_security_group") == {}


def test_one_nat_serves_all_zones() -> None:
    template = network(NetworkSize(nat="one"))
    assert len(template.all("aws_nat_gateway")) == 1
    assert len(nat_routes(template)) == 3
    assert len({route["nat_gateway_id"] for route in nat_routes(template)}) == 1


def test_a_nat_per_zone_leaves_no_zone_dependent_on_another() -> None:
    template = network(NetworkSize(nat="one per zone"))
    assert len({route["nat_gateway_id"] for route in nat_routes(template)}) == 3
    zones = [subnet["availability_zone"] for name, subnet in template.all("aws_subnet").items() if "Public" in name]
    assert sorted(zones) == ["eu-west-1a", "eu-west-1b", "eu-west-1c"]


def test_even_with_a_nat_nothing_gets_a_public_address_by_itself() -> None:
    template = network(NetworkSize(nat="one"))
    assert not any(subnet["map_public_ip_on_launch"] for subnet in template.all("aws_subnet").values())
    to_internet = [route for route in template.all("aws_route").values() if "gateway_id" in route]
    assert len(to_internet) == 1
    assert "PublicRoutes" in to_internet[0]["route_table_id"]


def endpoints(template: Template, kind: str) -> list[Block]:
    return [e for e in template.all("aws_vpc_endpoint").values() if e["vpc_endpoint_type"] == kind]


def nat_routes(template: Template) -> list[Block]:
    return [route for route in template.all("aws_route").values() if "nat_gateway_id" in route]
