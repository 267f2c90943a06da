"""A private network, and the public corner its way out stands in."""

from typing import Any

from tests.unit.gate.good.words import document

NETWORK: dict[str, Any] = {
    "aws_vpc": {"main": {"cidr_block": "10.0.0.0/16"}},
    "aws_default_security_group": {"main": {"vpc_id": "${aws_vpc.main.id}", "ingress": [], "egress": []}},
    "aws_vpc_endpoint": {"s3": {"vpc_id": "${aws_vpc.main.id}", "policy": document("door")}},
    "aws_flow_log": {"main": {"vpc_id": "${aws_vpc.main.id}", "traffic_type": "ALL"}},
    "aws_subnet": {
        name: {"vpc_id": "${aws_vpc.main.id}", "availability_zone": zone, "map_public_ip_on_launch": False}
        for name, zone in {"a": "eu-west-1a", "b": "eu-west-1b", "public": "eu-west-1a"}.items()
    },
    "aws_db_subnet_group": {"shop": {"subnet_ids": ["${aws_subnet.a.id}", "${aws_subnet.b.id}"]}},
    "aws_internet_gateway": {"main": {"vpc_id": "${aws_vpc.main.id}"}},
    "aws_route_table": {"public": {"vpc_id": "${aws_vpc.main.id}"}},
    "aws_route_table_association": {
        "public": {"subnet_id": "${aws_subnet.public.id}", "route_table_id": "${aws_route_table.public.id}"}
    },
    "aws_route": {
        "out": {"route_table_id": "${aws_route_table.public.id}", "gateway_id": "${aws_internet_gateway.main.id}"}
    },
    "aws_security_group": {
        "warehouse": {
            "vpc_id": "${aws_vpc.main.id}",
            "ingress": [
                {
                    "protocol": "tcp",
                    "from_port": 5439,
                    "to_port": 5439,
                    "security_groups": ["${aws_security_group.jobs.id}"],
                }
            ],
            "egress": [{"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["10.0.0.0/16"]}],
        },
        "jobs": {"vpc_id": "${aws_vpc.main.id}"},
    },
    "aws_vpc_security_group_ingress_rule": {
        "jobs": {"ip_protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_ipv4": "10.0.0.0/16"}
    },
}
