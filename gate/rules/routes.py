"""Ways through the network: in more than one zone, through doors that ask who comes, and none to the internet."""

from collections.abc import Iterator

from config import Environment
from gate.finding import Fault
from gate.template import Resource, Template

# What holds or moves data, by the field that names its subnets.
INSIDE = {
    "aws_db_subnet_group": "subnet_ids",
    "aws_redshift_subnet_group": "subnet_ids",
    "aws_redshiftserverless_workgroup": "subnet_ids",
    "aws_dms_replication_subnet_group": "subnet_ids",
    "aws_lambda_function": "vpc_config.subnet_ids",
    "aws_mwaa_environment": "network_configuration.subnet_ids",
    "aws_glue_connection": "physical_connection_requirements.subnet_id",
    "aws_vpc_endpoint": "subnet_ids",
}
ZONES_AT_LEAST = 2


def network_spans_zones(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    for vpc in template.all("aws_vpc"):
        zones = {subnet.get("availability_zone") for subnet in template.companions("aws_subnet", vpc, "vpc_id")}
        if len(zones - {None}) < ZONES_AT_LEAST:
            yield Fault(vpc, "one failing zone takes all of it", f"give it subnets in {ZONES_AT_LEAST} zones or more")


def door_asks_who_comes(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """An endpoint without a policy takes data to anybody's account."""
    for endpoint in template.all("aws_vpc_endpoint"):
        alone = template.companions("aws_vpc_endpoint_policy", endpoint, "vpc_endpoint_id")
        if not endpoint.get("policy") and not alone:
            yield Fault(endpoint, "anybody's resources are within its reach", "give it a policy for this account")


def data_is_off_the_internet(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """Subnets with a way in from the internet are for NAT gateways alone."""
    public = [subnet for subnet in template.all("aws_subnet") if _is_public(template, subnet)]
    for resource in template.resources():
        field = INSIDE.get(resource.type)
        for subnet in public if field else []:
            if resource.refers_to(subnet, str(field)):
                yield Fault(resource, f"it stands in {subnet.path}, which the internet reaches", "use private subnets")


def _is_public(template: Template, subnet: Resource) -> bool:
    associations = template.companions("aws_route_table_association", subnet, "subnet_id")
    tables = [t for t in template.all("aws_route_table") for a in associations if a.refers_to(t, "route_table_id")]
    routes = [route for table in tables for route in template.companions("aws_route", table, "route_table_id")]
    gateways = template.all("aws_internet_gateway")
    return any(
        any(route.refers_to(gateway, "gateway_id") for route in routes)
        or any(table.refers_to(gateway, "route") for table in tables)
        for gateway in gateways
    )
