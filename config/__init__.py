"""Plain data: what differs between environments, and how things are called. Importing it costs nothing."""

from config.environment import Architecture, Environment
from config.environments import ENVIRONMENTS, environment
from config.event_flow import EventStreamSize, FunctionSize
from config.file_flow import FileFunctionSize
from config.network_size import NetworkSize
from config.replication import Replication
from config.zone_lifecycle import Transition, ZoneLifecycle

__all__ = [
    "ENVIRONMENTS",
    "Architecture",
    "Environment",
    "EventStreamSize",
    "FileFunctionSize",
    "FunctionSize",
    "NetworkSize",
    "Replication",
    "Transition",
    "ZoneLifecycle",
    "environment",
]
