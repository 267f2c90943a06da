from collections.abc import Callable
from dataclasses import replace

import pytest

from config import ENVIRONMENTS, Environment, Replication
from config.naming import bucket_name, replica_bucket_name


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Replication(region="Frankfurt"), "'Frankfurt' is not a region such as eu-central-1"),
        (lambda: Replication(zones=()), "To copy nothing set replication to None"),
        (lambda: Replication(zones=("silver", "silver")), "name each once"),
        (lambda: Replication(zones=("logs",)), "of: bronze, silver, gold, quarantine, scripts"),
    ],
)
def test_a_replication_of_nothing_or_to_nowhere_is_refused(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_copies_in_the_same_region_are_refused(env: Environment) -> None:
    with pytest.raises(ValueError, match=r"environment test: replication\.region is eu-west-1, its own region"):
        replace(env, replication=Replication(region="eu-west-1"))


def test_only_production_pays_for_copies() -> None:
    assert [env.name for env in ENVIRONMENTS if env.replication] == ["prod"]


def test_a_copy_has_a_name_of_its_own(env: Environment) -> None:
    assert replica_bucket_name(env, "silver") == "ecommerce-test-silver-replica-123456789012"
    assert replica_bucket_name(env, "silver") != bucket_name(env, "silver")
