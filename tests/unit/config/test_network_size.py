from ipaddress import IPv4Network
from itertools import combinations

import pytest

from config import ENVIRONMENTS, NetworkSize, environment
from config.network_size import ENDPOINT_SERVICES

NETWORKS = [env.network for env in ENVIRONMENTS if env.network]


def test_production_has_three_zones_and_no_way_to_the_internet() -> None:
    network = environment("prod").network
    assert network is not None
    assert len(network.zones) == 3
    assert network.nat == "none"
    assert network.functions_inside


def test_local_has_no_network_and_functions_run_inside_in_staging_and_prod_only() -> None:
    assert environment("local").network is None
    inside = {env.name for env in ENVIRONMENTS if env.network and env.network.functions_inside}
    assert inside == {"staging", "prod"}


def test_the_networks_of_two_environments_can_be_joined() -> None:
    blocks = [IPv4Network(network.cidr) for network in NETWORKS]
    assert not [pair for pair in combinations(blocks, 2) if pair[0].overlaps(pair[1])]


def test_subnets_lie_within_the_network_and_never_overlap() -> None:
    size = NetworkSize(cidr="10.1.0.0/22")
    subnets = [IPv4Network(cidr) for cidr in size.private_cidrs() + size.public_cidrs()]
    assert len(subnets) == 6
    assert all(subnet.subnet_of(IPv4Network(size.cidr)) for subnet in subnets)
    assert not [pair for pair in combinations(subnets, 2) if pair[0].overlaps(pair[1])]


def test_a_third_zone_moves_no_address() -> None:
    two, three = NetworkSize(zones=("a", "b")), NetworkSize(zones=("a", "b", "c"))
    assert three.private_cidrs()[:2] == two.private_cidrs()
    assert three.public_cidrs()[:2] == two.public_cidrs()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: NetworkSize(cidr="10.0.0.0/24"), "cidr '10.0.0.0/24' is too small; use /16 to /22"),
        (lambda: NetworkSize(cidr="10.0.0.0/8"), "too large for a VPC; use /16 to /22"),
        (lambda: NetworkSize(cidr="10.0.0.1/16"), "no block of addresses such as 10.40.0.0/16: .*host bits"),
        (lambda: NetworkSize(cidr="everything"), "no block of addresses"),
        (lambda: NetworkSize(cidr="8.8.0.0/16"), "is not within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16"),
        (lambda: NetworkSize(zones=("a",)), "out of range: name 2 or 3, as"),
        (lambda: NetworkSize(zones=("a", "b", "c", "d")), "out of range: name 2 or 3, as"),
        (lambda: NetworkSize(zones=("a", "a")), "are not different letters"),
        (lambda: NetworkSize(zones=("eu-west-1a", "b")), "are not different letters"),
        (
            lambda: NetworkSize(interface_endpoints=("kinesis",)),
            "unknown kinesis; there are: athena, .*kinesis-streams",
        ),
        (lambda: NetworkSize(interface_endpoints=("kms", "kms")), "names a service twice"),
        (lambda: NetworkSize(nat="two"), "network.nat 'two' is none of"),  # type: ignore[arg-type]
        (lambda: NetworkSize(flow_log_keep_days=100), "network.flow_log_keep_days 100 is none of"),
    ],
)
def test_a_network_that_cannot_be_is_refused_where_it_is_set(make: object, message: str) -> None:
    assert callable(make)
    with pytest.raises(ValueError, match=message):
        make()


def test_the_known_services_are_in_the_order_one_looks_for_them() -> None:
    assert list(ENDPOINT_SERVICES) == sorted(ENDPOINT_SERVICES)
