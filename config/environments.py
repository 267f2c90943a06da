"""The four environments. Each states only what differs from production; edit the account numbers to your own."""

import platform

from config.environment import Environment, FunctionSize, OrderStreamSize, default_zones
from config.network_size import NetworkSize

EVERYTHING = frozenset(default_zones()) | {"order-stream", "masking-key", "keys"}

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
    order_stream=OrderStreamSize(shards=2),
    etl_processor=FunctionSize(batch_window_seconds=1),
)
DEV = Environment(
    name="dev",
    account_id="111111111111",
    disposable=True,
    deletable=EVERYTHING,
    log_keep_days=30,
    key_deletion_days=7,
    athena_scan_limit_gb=10,
    # 39 a month for the NAT, where the endpoints would be 190.
    network=NetworkSize(
        cidr="10.20.0.0/16",
        zones=("a", "b"),
        interface_endpoints=(),
        nat="one",
        functions_inside=False,
        flow_log_keep_days=30,
    ),
    order_stream=OrderStreamSize(shards=1),
    etl_processor=FunctionSize(batch_window_seconds=60),
)
STAGING = Environment(
    name="staging",
    account_id="222222222222",
    log_keep_days=90,
    athena_scan_limit_gb=50,
    network=NetworkSize(cidr="10.30.0.0/16", zones=("a", "b"), flow_log_keep_days=90),
    order_stream=OrderStreamSize(shards=2),
)
PROD = Environment(name="prod", account_id="333333333333", order_stream=OrderStreamSize(shards=5))

ENVIRONMENTS: tuple[Environment, ...] = (LOCAL, DEV, STAGING, PROD)


def environment(name: str) -> Environment:
    """The environment called ``name``; ValueError lists the ones there are."""
    for candidate in ENVIRONMENTS:
        if candidate.name == name:
            return candidate
    raise ValueError(f"no environment {name!r}; there are: {', '.join(e.name for e in ENVIRONMENTS)}")


__all__ = ["DEV", "ENVIRONMENTS", "LOCAL", "PROD", "STAGING", "environment"]
