"""All of them."""

from gate.finding import Rule
from tests.unit.gate.faults import (
    buckets,
    databases,
    deletion,
    delivery,
    encryption,
    jobs,
    lake_formation,
    messages,
    network,
    policies,
    records,
    roles,
    routes,
    secrets,
    supply,
)
from tests.unit.gate.faults.planting import Fault

EVERY: list[tuple[Rule, Fault]] = [
    *buckets.FAULTS,
    *databases.FAULTS,
    *deletion.FAULTS,
    *delivery.FAULTS,
    *encryption.FAULTS,
    *jobs.FAULTS,
    *lake_formation.FAULTS,
    *messages.FAULTS,
    *network.FAULTS,
    *policies.FAULTS,
    *records.FAULTS,
    *roles.FAULTS,
    *routes.FAULTS,
    *secrets.FAULTS,
    *supply.FAULTS,
]
