import pytest
from cdktf import TerraformStack

from config import Environment, NetworkSize, ZoneLifecycle
from constructs.encryption_key import EncryptionKey
from constructs.event_stream import EventStream
from constructs.lake_zone import LakeZone
from constructs.python_function import PythonFunction
from tests.constructs.test_private_network import private
from tests.support.synthesis import Template, synthesized

NARROW = {"ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"}


@pytest.fixture
def inside(env: Environment) -> Template:
    def build(stack: TerraformStack) -> None:
        key = EncryptionKey(stack, "Key", name="k", account_id=env.account_id)
        made = PythonFunction(
            stack, "F", source="etl_processor", env=env, size=env.etl_processor, key=key, contracts=(), variables={}
        )
        made.run_inside(private(stack, NetworkSize(interface_endpoints=("secretsmanager",))))
        stream = EventStream(stack, "Orders", name="orders", key=key, size=env.event_stream)
        made.consume(stream, failures_to=LakeZone(stack, "Q", name="q", key=key, lifecycle=ZoneLifecycle()))

    return synthesized(build)


def test_it_stands_in_every_private_subnet_with_a_group_of_its_own(inside: Template) -> None:
    place = inside.one("aws_lambda_function")["vpc_config"]
    assert len(place["subnet_ids"]) == 3
    assert ["NetworkClient" in group for group in place["security_group_ids"]] == [True]


def test_it_reaches_https_in_the_network_and_s3_and_nothing_else(inside: Template) -> None:
    rules = list(inside.all("aws_vpc_security_group_egress_rule").values())
    assert {(rule["from_port"], rule["to_port"], rule["ip_protocol"]) for rule in rules} == {(443, 443, "tcp")}
    assert [rule["cidr_ipv4"] for rule in rules if "cidr_ipv4" in rule] == ["10.40.0.0/16"]
    (s3,) = [rule["prefix_list_id"] for rule in rules if "prefix_list_id" in rule]
    assert "_S3_Endpoint_" in s3


def test_nothing_reaches_it(inside: Template) -> None:
    rules = inside.all("aws_vpc_security_group_ingress_rule").values()
    assert not [rule for rule in rules if "NetworkClient" in rule["security_group_id"]]


def test_its_role_may_make_interfaces_in_these_subnets_only(inside: Template, env: Environment) -> None:
    (create,) = [s for s in inside.statements() if s["sid"] == "CreateHere"]
    own = f"arn:aws:ec2:{env.region}:{env.account_id}:network-interface/*"
    assert [r for r in create["resources"] if not r.startswith(("${aws_subnet.", "${aws_security_group."))] == [own]
    for statement in inside.statements():
        if statement["effect"] == "Allow" and NARROW & set(statement["actions"]):
            assert "*" not in statement["resources"]


def test_its_code_may_not_use_what_lambda_may(inside: Template) -> None:
    allowed = {a for s in inside.statements() if s["effect"] == "Allow" for a in s["actions"] if a.startswith("ec2:")}
    (denied,) = [s for s in inside.statements() if s["sid"] == "NotByItsCode"]
    assert set(denied["actions"]) == allowed
    assert denied["condition"][0]["variable"] == "lambda:SourceFunctionArn"
    assert denied["condition"][0]["values"][0].endswith(":function:ecommerce-test-etl-processor")


def test_records_come_only_when_the_doors_are_open(inside: Template) -> None:
    waited_for = inside.one("aws_lambda_event_source_mapping")["depends_on"]
    needed = [*inside.all("aws_vpc_security_group_egress_rule")]
    doors = [name for name in inside.all("aws_vpc_endpoint") if "DynamoDb" not in name]
    assert len(doors) == 2
    names = {reference.split(".")[1] for reference in waited_for}
    assert {*needed, *doors} <= names


def test_it_is_made_after_the_right_to_connect_and_destroyed_before_it(inside: Template) -> None:
    waited_for = inside.one("aws_lambda_function")["depends_on"]
    assert all(policy.startswith("aws_iam_role_policy.") for policy in waited_for)
    assert [policy for policy in waited_for if "Connect" in policy]
