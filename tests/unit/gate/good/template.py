"""A stack with one of everything the rules look at, and nothing wrong with it."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

from config import Replication
from config.environments import PROD
from tests.unit.gate.good.databases import DATABASES
from tests.unit.gate.good.jobs import JOBS
from tests.unit.gate.good.lake import LAKE
from tests.unit.gate.good.network import NETWORK
from tests.unit.gate.good.policies import DOCUMENTS
from tests.unit.gate.good.way_of_records import WAY_OF_RECORDS

# The one zone of the good stack is the one that is copied.
ENV = replace(PROD, replication=Replication(zones=("silver",)))


def good_document() -> dict[str, Any]:
    """A copy to plant faults in."""
    return deepcopy(
        {
            "terraform": {"backend": {"s3": {"bucket": "state", "use_lockfile": True}}},
            "provider": {"aws": [{"region": "eu-west-1"}]},
            "data": {"aws_iam_policy_document": DOCUMENTS},
            "resource": LAKE | WAY_OF_RECORDS | DATABASES | NETWORK | JOBS,
        }
    )
