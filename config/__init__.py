"""Plain data: what differs between environments, and how things are called. Importing it costs nothing."""

from config.environment import Architecture, Environment, FunctionSize, OrderStreamSize, ZoneLifecycle
from config.environments import ENVIRONMENTS, environment
from config.network_size import NetworkSize

__all__ = [
    "ENVIRONMENTS",
    "Architecture",
    "Environment",
    "FunctionSize",
    "NetworkSize",
    "OrderStreamSize",
    "ZoneLifecycle",
    "environment",
]
