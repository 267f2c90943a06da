from typing import Any

import pytest

from config import NetworkSize
from config.warehouse_size import OfficeHours, ServerlessWarehouse, WarehouseNodes, WarehouseSize, check_warehouse

SINGLE: dict[str, Any] = {"nodes": 1, "scaling_minutes_per_day": None}
TWO_ZONES = NetworkSize(zones=("a", "b"))


@pytest.mark.parametrize("node_type", ["dc2.large", "ds2.8xlarge"])
def test_retired_nodes_are_refused_with_what_to_use(node_type: str) -> None:
    with pytest.raises(ValueError, match=r"refused by AWS for new clusters since 2025; use ra3\.large"):
        WarehouseNodes(node_type=node_type)


def test_nodes_that_do_not_exist_are_refused_with_those_that_do() -> None:
    with pytest.raises(ValueError, match=r"'ra3\.2xlarge' is none of ra3\.large, .*rg\.12xlarge"):
        WarehouseNodes(node_type="ra3.2xlarge")


@pytest.mark.parametrize("node_type", ["ra3.large", "ra3.xlplus", "rg.large"])
def test_the_smaller_types_work_alone(node_type: str) -> None:
    spectrum = None if node_type.startswith("rg.") else 1
    assert WarehouseNodes(node_type=node_type, spectrum_tb_per_day=spectrum, **SINGLE).nodes == 1


@pytest.mark.parametrize("node_type", ["ra3.4xlarge", "ra3.16xlarge", "rg.xlarge", "rg.4xlarge"])
def test_the_others_need_company(node_type: str) -> None:
    with pytest.raises(ValueError, match=rf"warehouse\.nodes of {node_type} is 1; AWS allows 2 to"):
        WarehouseNodes(node_type=node_type, **SINGLE)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"snapshot_days": 0}, r"snapshot_days is 0; AWS allows 1 to 35"),
        ({"snapshot_days": 36}, r"snapshot_days is 36; AWS allows 1 to 35"),
        ({"snapshot_every_hours": 1}, r"snapshot_every_hours is 1; use 2 to 24"),
        ({"manual_snapshot_days": 0}, r"manual_snapshot_days is 0; AWS allows 1 to 3653"),
        ({"longest_query_seconds": 90_000}, r"longest_query_seconds is 90000; AWS allows 1 to 86399"),
        ({"scaling_minutes_per_day": 0}, r"scaling_minutes_per_day is 0"),
        ({"nodes": 1}, r"scaling_minutes_per_day: AWS adds nothing to a single node; use None"),
        ({"node_type": "rg.xlarge"}, r"spectrum_tb_per_day: rg\.xlarge reads the lake at no price per TB; use None"),
        ({"multi_az": True, **SINGLE}, r"nodes is 1, but multi_az needs 2"),
        ({"multi_az": True, "pause": OfficeHours()}, r"multi_az cannot be paused; drop one"),
    ],
)
def test_what_aws_refuses_is_refused_before(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=rf"warehouse\.{message}|{message}"):
        WarehouseNodes(**options)


def test_office_hours_are_two_moments_of_the_same_days() -> None:
    hours = OfficeHours(start_hour=5, end_hour=20, days=("MON", "SAT"))
    assert hours.cron(hours.start_hour) == "cron(0 5 ? * MON,SAT *)"
    assert hours.cron(hours.end_hour) == "cron(0 20 ? * MON,SAT *)"


@pytest.mark.parametrize(("start", "end"), [(8, 8), (18, 6), (-1, 5), (6, 24)])
def test_office_hours_end_after_they_start(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="use full hours of UTC"):
        OfficeHours(start_hour=start, end_hour=end)


@pytest.mark.parametrize("days", [(), ("MON", "MON"), ("Monday",)])
def test_office_hours_name_different_days(days: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="are not different ones of"):
        OfficeHours(days=days)


@pytest.mark.parametrize("base_rpu", [4, 8, 512, 544, 1_024])
def test_serverless_capacity_has_steps(base_rpu: int) -> None:
    assert ServerlessWarehouse(base_rpu=base_rpu, max_rpu=1_024).base_rpu == base_rpu


@pytest.mark.parametrize("base_rpu", [0, 5, 12, 520, 1_056])
def test_serverless_capacity_between_the_steps_is_refused(base_rpu: int) -> None:
    with pytest.raises(ValueError, match=rf"base_rpu is {base_rpu}; AWS allows 4, then 8 to 512 in steps of 8"):
        ServerlessWarehouse(base_rpu=base_rpu, max_rpu=1_024)


@pytest.mark.parametrize("max_rpu", [24, 33, 2_048])
def test_serverless_grows_from_its_base(max_rpu: int) -> None:
    with pytest.raises(ValueError, match=rf"max_rpu is {max_rpu}; use a multiple of 8, from base_rpu 32 to 1024"):
        ServerlessWarehouse(base_rpu=32, max_rpu=max_rpu)


def test_a_warehouse_stands_in_a_network() -> None:
    with pytest.raises(ValueError, match="environment qa: a warehouse stands in a network; set network"):
        check_warehouse("environment qa", WarehouseNodes(), None)


@pytest.mark.parametrize("size", [ServerlessWarehouse(), WarehouseNodes(multi_az=True)])
def test_what_spreads_over_three_zones_is_refused_two(size: WarehouseSize) -> None:
    with pytest.raises(ValueError, match=r"spreads over 3 zones, and network\.zones names 2"):
        check_warehouse("environment qa", size, TWO_ZONES)
    check_warehouse("environment qa", size, NetworkSize())


def test_nodes_in_one_zone_are_content_with_two_to_choose_from() -> None:
    check_warehouse("environment qa", WarehouseNodes(), TWO_ZONES)


def test_a_warehouse_needs_a_door_to_the_catalog() -> None:
    with pytest.raises(ValueError, match="add 'glue' to interface_endpoints"):
        check_warehouse("environment qa", WarehouseNodes(), NetworkSize(interface_endpoints=(), nat="one"))
