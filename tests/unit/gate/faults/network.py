"""Faults of the network."""

from gate.finding import Rule
from gate.rules import network
from tests.unit.gate.faults.planting import Fault, drop, put

OPEN = {"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["0.0.0.0/0"]}
FAULTS: list[tuple[Rule, Fault]] = [
    (network.nothing_comes_in_from_everywhere, put("aws_security_group.jobs.ingress", [OPEN])),
    (
        network.nothing_comes_in_from_everywhere,
        put("aws_vpc_security_group_ingress_rule.jobs.cidr_ipv4", "0.0.0.0/0"),
    ),
    (
        network.nothing_comes_in_from_everywhere,
        put("aws_security_group_rule.x", OPEN | {"type": "ingress", "cidr_blocks": None, "ipv6_cidr_blocks": ["::/0"]}),
    ),
    (
        network.warehouse_port_is_for_groups,
        put("aws_security_group.warehouse.ingress.0.cidr_blocks", ["10.0.0.0/16"]),
    ),
    (
        network.warehouse_port_is_for_groups,
        put("aws_security_group.jobs.ingress", [{"protocol": "-1", "cidr_blocks": ["10.0.0.0/16"]}]),
    ),
    (
        network.not_everything_goes_out,
        put("aws_security_group.jobs.egress", [{"protocol": "-1", "cidr_blocks": ["0.0.0.0/0"]}]),
    ),
    (network.store_is_private, put("aws_db_instance.shop.publicly_accessible", True)),
    (network.store_is_private, drop("aws_redshift_cluster.warehouse.publicly_accessible")),
    (network.nothing_has_a_public_address, put("aws_subnet.a.map_public_ip_on_launch", True)),
    (network.nothing_has_a_public_address, put("aws_lambda_function_url.x", {"authorization_type": "NONE"})),
    (network.console_is_private, put("aws_mwaa_environment.airflow.webserver_access_mode", "PUBLIC_ONLY")),
    (network.default_group_is_empty, drop("aws_default_security_group.main")),
    (network.default_group_is_empty, drop("aws_default_security_group.main.egress")),
    (network.default_group_is_empty, put("aws_default_security_group.main.ingress", [{"protocol": "-1"}])),
    (network.network_is_watched, put("aws_flow_log.main.traffic_type", "REJECT")),
]
