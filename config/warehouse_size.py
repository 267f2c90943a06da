"""The warehouse of an environment: Amazon Redshift on nodes of its own, or serverless.

Prices are USD a month (730 hours) in us-east-1. Stored data costs 0.024 per GB with either kind, snapshots beyond the
free ones 0.023.
"""

from dataclasses import dataclass

from config.function_machine import within
from config.network_size import NetworkSize

# Node type -> how many of them there may be. ra3.xlplus and ra3.4xlarge start with half as many at most, and are
# resized later. One node is leader and worker at once: when it breaks, a snapshot must be restored.
# https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-clusters.html#rs-ra3-node-type-details
NODES = {
    "ra3.large": (1, 16),
    "ra3.xlplus": (1, 32),
    "ra3.4xlarge": (2, 64),
    "ra3.16xlarge": (2, 128),
    "rg.large": (1, 16),
    "rg.xlarge": (2, 16),
    "rg.4xlarge": (2, 32),
    "rg.12xlarge": (2, 128),
}
RETIRED = ("dc1.", "dc2.", "ds2.")
DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
WEEKDAYS = DAYS[:5]
LONGEST_QUERY_SECONDS = 86_399
# Snapshots, named by hand, that never go by themselves.
FOR_EVER = -1
# Serverless spreads over three zones, and so does a cluster with a standby in another zone.
# https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-usage-considerations.html
ZONES_NEEDED = 3
FINE_RPU, MOST_RPU = 512, 1_024


@dataclass(frozen=True, kw_only=True)
class OfficeHours:
    """When a cluster runs: on ``days`` from ``start_hour`` to ``end_hour``, all in UTC, which knows no summer time.

    13 hours on 5 days are 39 % of the nodes' price. A paused cluster refuses connections, and changes by Terraform
    as well: deploy while it runs. Its data costs what it always costs.
    """

    start_hour: int = 6
    end_hour: int = 19
    days: tuple[str, ...] = WEEKDAYS

    def __post_init__(self) -> None:
        # Redshift wants an hour between two of its scheduled actions.
        if not 0 <= self.start_hour < self.end_hour <= 23:
            raise ValueError(
                f"warehouse.pause runs from hour {self.start_hour} to {self.end_hour}; use full hours of UTC, "
                "0 to 23, the end after the start"
            )
        if not self.days or len(set(self.days)) != len(self.days) or not set(self.days) <= set(DAYS):
            raise ValueError(f"warehouse.pause.days {self.days} are not different ones of {DAYS}")

    def cron(self, hour: int) -> str:
        """``hour`` on these days, as Redshift and EventBridge write it."""
        return f"cron(0 {hour} ? * {','.join(self.days)} *)"


@dataclass(frozen=True, kw_only=True)
class WarehouseNodes:
    """Nodes that run, and cost, day and night, unless ``pause`` says when: for use throughout the day.

    Per node: ra3.large 396, ra3.xlplus 793, ra3.4xlarge 2,380, ra3.16xlarge 9,519; rg.large 277, rg.xlarge 555,
    rg.4xlarge 2,221, rg.12xlarge 6,663. The rg types, since May 2026, cost 30 % less per vCPU.
    ``multi_az`` keeps as many nodes again in a second zone, at the same price, and goes on without loss when one zone
    fails. Without it the cluster is moved to another zone, which takes minutes.
    ``snapshot_every_hours`` is the most that a lost cluster has to load again; they are kept for ``snapshot_days``.
    Those made by hand are kept for ``manual_snapshot_days``, None for ever.
    ``scaling_minutes_per_day`` lets AWS add clusters when queries queue, for as long: 60 are free, the nodes' own price
    is due beyond. None adds none; a single node never can, and AWS promises it from ra3.xlplus upwards only.
    ``spectrum_tb_per_day`` stops queries on the lake's own files for the rest of the day: 5 per TB, so 1 TB is 152 a
    month at most. rg types read them with their own nodes, at no price: None.
    ``longest_query_seconds``: then a query is given up.
    """

    node_type: str = "ra3.xlplus"
    nodes: int = 2
    multi_az: bool = False
    snapshot_days: int = 14
    snapshot_every_hours: int = 4
    manual_snapshot_days: int | None = 365
    scaling_minutes_per_day: int | None = 60
    spectrum_tb_per_day: int | None = 1
    longest_query_seconds: int = 14_400
    pause: OfficeHours | None = None

    def __post_init__(self) -> None:
        self._check_nodes()
        within("warehouse.snapshot_days", self.snapshot_days, 1, 35)
        if not 2 <= self.snapshot_every_hours <= 24:
            raise ValueError(f"warehouse.snapshot_every_hours is {self.snapshot_every_hours}; use 2 to 24")
        if self.manual_snapshot_days is not None:
            within("warehouse.manual_snapshot_days", self.manual_snapshot_days, 1, 3_653)
        within("warehouse.longest_query_seconds", self.longest_query_seconds, 1, LONGEST_QUERY_SECONDS)
        if self.multi_az and self.pause:
            raise ValueError("warehouse.pause is set, but a cluster with multi_az cannot be paused; drop one of them")
        self._check_limits()

    def _check_nodes(self) -> None:
        if self.node_type.startswith(RETIRED):
            raise ValueError(
                f"warehouse.node_type {self.node_type!r} is refused by AWS for new clusters since 2025; use ra3.large "
                "for dc2.large and ds2.xlarge, ra3.4xlarge for the 8xlarge ones"
            )
        if self.node_type not in NODES:
            raise ValueError(f"warehouse.node_type {self.node_type!r} is none of {', '.join(NODES)}")
        low, high = NODES[self.node_type]
        within(f"warehouse.nodes of {self.node_type}", self.nodes, low, high)
        if self.multi_az and self.nodes == 1:
            raise ValueError("warehouse.nodes is 1, but multi_az needs 2 at least in each of its zones")

    def _check_limits(self) -> None:
        if self.scaling_minutes_per_day is not None:
            within("warehouse.scaling_minutes_per_day", self.scaling_minutes_per_day, 1, 1_440)
            if self.nodes == 1:
                raise ValueError("warehouse.scaling_minutes_per_day: AWS adds nothing to a single node; use None")
        if self.spectrum_tb_per_day is not None:
            within("warehouse.spectrum_tb_per_day", self.spectrum_tb_per_day, 1, 1_000)
            if self.node_type.startswith("rg."):
                raise ValueError(
                    f"warehouse.spectrum_tb_per_day: {self.node_type} reads the lake at no price per TB; use None"
                )

    @property
    def zones_needed(self) -> int:
        return ZONES_NEEDED if self.multi_az else 1


@dataclass(frozen=True, kw_only=True)
class ServerlessWarehouse:
    """Capacity that comes with a query and goes with the last one: 0.375 per RPU and hour, a minute at least.

    ``base_rpu`` is what a query finds at once (an RPU has 16 GB of memory), ``max_rpu`` what many get together: 32 RPU
    cost 12.00 an hour while they work, nothing otherwise.
    ``rpu_hours_per_day``: then queries are refused until midnight UTC. 100 are 37.50 a day, 1,141 a month at most.
    ``longest_query_seconds``: then a query is given up. It is set once, when the workgroup is made.
    AWS keeps points of recovery of the last 24 hours, at no price; there is no schedule for more.
    """

    base_rpu: int = 32
    max_rpu: int = 128
    rpu_hours_per_day: int = 100
    longest_query_seconds: int = 14_400

    def __post_init__(self) -> None:
        fine = 8 <= self.base_rpu <= FINE_RPU and self.base_rpu % 8 == 0
        coarse = FINE_RPU < self.base_rpu <= MOST_RPU and self.base_rpu % 32 == 0
        if not (self.base_rpu == 4 or fine or coarse):
            raise ValueError(
                f"warehouse.base_rpu is {self.base_rpu}; AWS allows 4, then 8 to {FINE_RPU} in steps of 8, and in some "
                f"regions up to {MOST_RPU} in steps of 32"
            )
        if self.max_rpu % 8 or not self.base_rpu <= self.max_rpu <= MOST_RPU:
            raise ValueError(
                f"warehouse.max_rpu is {self.max_rpu}; use a multiple of 8, from base_rpu {self.base_rpu} to {MOST_RPU}"
            )
        within("warehouse.rpu_hours_per_day", self.rpu_hours_per_day, 1, 24 * MOST_RPU)
        within("warehouse.longest_query_seconds", self.longest_query_seconds, 1, LONGEST_QUERY_SECONDS)

    @property
    def zones_needed(self) -> int:
        return ZONES_NEEDED


WarehouseSize = WarehouseNodes | ServerlessWarehouse


def check_warehouse(place: str, size: WarehouseSize, network: NetworkSize | None) -> None:
    """ValueError unless a warehouse of this size finds in ``network`` what it needs."""
    if network is None:
        raise ValueError(f"{place}: a warehouse stands in a network; set network, or warehouse to None")
    if len(network.zones) < size.zones_needed:
        raise ValueError(
            f"{place}: this warehouse spreads over {size.zones_needed} zones, and network.zones names "
            f"{len(network.zones)}; name more, or use WarehouseNodes without multi_az"
        )
    # Its calls leave through the network, and its door lets them out to endpoints only, not through a NAT.
    if "glue" not in network.interface_endpoints:
        raise ValueError(
            f"{place}: the warehouse looks tables up in the Glue catalog; add 'glue' to interface_endpoints"
        )
