"""The four environments. Each states only what differs from production; edit the account numbers to your own."""

import platform

from config.batch_jobs import Batch, small_job_sizes
from config.change_capture import ChangeCapture, ReplicationMachine
from config.database_size import DatabaseSize
from config.environment import OTHERS, Environment
from config.event_archive import EventArchiveSize
from config.event_flow import EventStreamSize, FunctionSize
from config.file_flow import FileFunctionSize
from config.front_door import FrontDoorSize
from config.network_size import NetworkSize
from config.shop_databases import RECORDS
from config.validator_size import ValidatorSize
from config.warehouse_size import OfficeHours, WarehouseNodes
from config.zone_lifecycle import default_zones, short_lived_zones

EVERYTHING = frozenset(default_zones()) | OTHERS

# Wrong numbers are harmless: the provider refuses to work in an account other than the one named here.
LOCAL = Environment(
    name="local",
    account_id="123456789012",
    disposable=True,
    deletable=EVERYTHING,
    emulator_endpoint="http://127.0.0.1:5000",
    architecture="arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64",
    log_keep_days=7,
    key_deletion_days=7,
    athena_scan_limit_gb=1,
    event_years=(2010, 2030),
    network=None,
    event_stream=EventStreamSize(shards=2),
    event_archive=EventArchiveSize(buffer_seconds=2),
    front_door=FrontDoorSize(authorization="api_key", firewall=None),
    etl_processor=FunctionSize(batch_window_seconds=1),
    log_forwarder=FileFunctionSize(timeout_seconds=120),
    replication=None,
    database=None,
    warehouse=None,
    change_capture=None,
    # By this machine's own reader (local/change_capture), in DMS's place.
    # The smaller of the two databases: each table of theirs is two in the catalogue.
    captured_otherwise=(RECORDS.name,),
    batch=Batch(sizes=small_job_sizes(), inside=False),
)
DEV = Environment(
    name="dev",
    account_id="111111111111",
    disposable=True,
    deletable=EVERYTHING,
    log_keep_days=30,
    key_deletion_days=7,
    athena_scan_limit_gb=10,
    # 39 a month for the NAT, where all endpoints would be 190. The warehouse and DMS are let out to endpoints only: 15
    # for each.
    network=NetworkSize(
        cidr="10.20.0.0/16",
        zones=("a", "b"),
        interface_endpoints=("glue", "secretsmanager"),
        nat="one",
        functions_inside=False,
        flow_log_keep_days=30,
    ),
    event_stream=EventStreamSize(shards=1),
    # Whoever tries it out needs a key and no role. A firewall is 9 a month.
    front_door=FrontDoorSize(
        authorization="api_key", requests_per_second=100, burst=200, requests_per_day=1_000_000, firewall=None
    ),
    # New accounts have 10 executions in all, of which none can be reserved.
    etl_processor=FunctionSize(batch_window_seconds=60, reserved_concurrency=None),
    log_forwarder=FileFunctionSize(reserved_concurrency=None, maximum_concurrency=2),
    data_validator=ValidatorSize(reserved_concurrency=None, maximum_concurrency=2),
    zones=short_lived_zones(),
    replication=None,
    # What the shop's database is in production, for the capture of changes to be tried on: 47 a month.
    database=DatabaseSize(
        engine="mysql",
        version="8.4",
        instance_class="db.t4g.medium",
        storage_gb=20,
        max_storage_gb=100,
        multi_az=False,
        backup_days=1,
        change_capture=True,
    ),
    warehouse=WarehouseNodes(
        node_type="ra3.large",
        nodes=1,
        snapshot_days=1,
        manual_snapshot_days=30,
        scaling_minutes_per_day=None,
        pause=OfficeHours(),
    ),
    # 27 a month.
    change_capture=ChangeCapture(
        machine=ReplicationMachine(instance_class="dms.t3.small", storage_gb=20, multi_az=False),
        source=None,
        validates=False,
    ),
    # Less than 0.30 a run of two workers in a quarter of an hour.
    batch=Batch(sizes=small_job_sizes(), inside=False),
)
STAGING = Environment(
    name="staging",
    account_id="222222222222",
    athena_scan_limit_gb=50,
    network=NetworkSize(cidr="10.30.0.0/16", zones=("a", "b")),
    event_stream=EventStreamSize(shards=2),
    replication=None,
    database=DatabaseSize(instance_class="db.t4g.medium", multi_az=False, backup_days=7),
    # AWS adds clusters to a queue from ra3.xlplus up only.
    warehouse=WarehouseNodes(node_type="ra3.large", snapshot_days=7, scaling_minutes_per_day=None, pause=OfficeHours()),
    # Its database is no MySQL, and the shop's is production's.
    change_capture=None,
)
PROD = Environment(name="prod", account_id="333333333333", event_stream=EventStreamSize(shards=5))

ENVIRONMENTS: tuple[Environment, ...] = (LOCAL, DEV, STAGING, PROD)


def environment(name: str) -> Environment:
    """The environment called ``name``; ValueError lists the ones there are."""
    for candidate in ENVIRONMENTS:
        if candidate.name == name:
            return candidate
    raise ValueError(f"no environment {name!r}; there are: {', '.join(e.name for e in ENVIRONMENTS)}")


__all__ = ["DEV", "ENVIRONMENTS", "LOCAL", "PROD", "STAGING", "environment"]
