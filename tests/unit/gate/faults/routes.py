"""Faults of the ways through the network."""

from gate.finding import Rule
from gate.rules import routes
from tests.unit.gate.faults.planting import Fault, drop, put

A_AS_PUBLIC = {"subnet_id": "${aws_subnet.a.id}", "route_table_id": "${aws_route_table.public.id}"}
FAULTS: list[tuple[Rule, Fault]] = [
    (routes.network_spans_zones, put("aws_subnet.b.availability_zone", "eu-west-1a")),
    (routes.door_asks_who_comes, drop("aws_vpc_endpoint.s3.policy")),
    (routes.data_is_off_the_internet, put("aws_db_subnet_group.shop.subnet_ids", ["${aws_subnet.public.id}"])),
    (
        routes.data_is_off_the_internet,
        put("aws_lambda_function.etl.vpc_config", {"subnet_ids": ["${aws_subnet.public.id}"]}),
    ),
    (
        routes.data_is_off_the_internet,
        put("aws_route_table_association.x", A_AS_PUBLIC),
    ),
]
