"""Plain data: what differs between environments, and how things are called. Importing it costs nothing."""

from config.environment import Architecture, Environment
from config.environments import ENVIRONMENTS, environment
from config.network_size import NetworkSize
from config.order_flow import FunctionSize, OrderStreamSize
from config.replication import Replication
from config.zone_lifecycle import Transition, ZoneLifecycle

__all__ = [
    "ENVIRONMENTS",
    "Architecture",
    "Environment",
    "FunctionSize",
    "NetworkSize",
    "OrderStreamSize",
    "Replication",
    "Transition",
    "ZoneLifecycle",
    "environment",
]
