"""Plain data: what differs between environments, and how things are called. Importing it costs nothing."""

from config.environment import Architecture, Environment, FunctionSize, OrderStreamSize, ZoneLifecycle
from config.environments import ENVIRONMENTS, environment

__all__ = [
    "ENVIRONMENTS",
    "Architecture",
    "Environment",
    "FunctionSize",
    "OrderStreamSize",
    "ZoneLifecycle",
    "environment",
]
