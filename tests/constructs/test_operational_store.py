import pytest
from cdktf import TerraformStack

from config import environment
from stacks.network import NetworkLayer
from stacks.operational_store import OperationalStoreLayer
from tests.support.synthesis import Template, synthesized


def layer(name: str) -> Template:
    env = environment(name)

    def build(stack: TerraformStack) -> None:
        network = NetworkLayer(stack, "Network", env=env)
        OperationalStoreLayer(stack, "OperationalStore", env=env, network=network.private)

    return synthesized(build)


def test_an_environment_without_a_database_gets_nothing() -> None:
    assert layer("local").document.get("resource", {}) == {}


def test_a_database_without_a_network_is_refused() -> None:
    with pytest.raises(ValueError, match="OperationalStore: a database stands in a network, and dev has none"):
        synthesized(
            lambda stack: OperationalStoreLayer(stack, "OperationalStore", env=environment("dev"), network=None)
        )


@pytest.mark.parametrize(("name", "kept"), [("dev", False), ("prod", True)])
def test_production_keeps_database_and_key_and_dev_does_not(name: str, kept: bool) -> None:
    template = layer(name)
    assert template.one("aws_db_instance")["lifecycle"]["prevent_destroy"] is kept
    (key,) = [key for key in template.all("aws_kms_key").values() if key["description"].endswith("-store")]
    assert key["lifecycle"]["prevent_destroy"] is kept


def test_the_key_lets_the_log_service_write_this_servers_logs_alone() -> None:
    name = layer("prod").one("aws_db_instance")["identifier"]
    patterns = {
        value
        for statement in layer("prod").statements()
        for condition in statement.get("condition", [])
        for value in condition["values"]
    }
    assert f"arn:aws:logs:eu-west-1:333333333333:log-group:/aws/rds/instance/{name}/*" in patterns
