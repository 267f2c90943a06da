"""Values of secrets that outlive the state: an adoption must not write new ones over them.

A value cannot be imported: Terraform would read it into the state. So its version is made again, with a label of its
own instead of AWSCURRENT, which stays where it is: whoever reads the secret reads what was always there.
"""

import json
from collections.abc import Callable, Mapping, Set
from pathlib import Path
from typing import Any

VERSION = "aws_secretsmanager_secret_version"
LABEL = "adopted"
# Terraform lays files called so over the others.
OVERRIDE = "adopted_override.tf.json"


def existing_values(plan: Mapping[str, Any], has_value: Callable[[str], bool]) -> set[str]:
    """Addresses of versions the plan would make of secrets that have a current value; ``has_value`` takes an ARN."""
    found = set()
    for change in plan.get("resource_changes", []):
        if change["type"] == VERSION and change["change"]["actions"] == ["create"]:
            # Known once the secret is imported.
            secret = (change["change"]["after"] or {}).get("secret_id")
            if secret and has_value(secret):
                found.add(change["address"])
    return found


def keep_values(folder: Path, addresses: Set[str]) -> None:
    """Lets the stack in ``folder`` make these versions under another label; without any, takes that back."""
    file = folder / OVERRIDE
    if not addresses:
        file.unlink(missing_ok=True)
        return
    labelled = {address.rpartition(".")[2]: {"version_stages": [LABEL]} for address in sorted(addresses)}
    file.write_text(json.dumps({"resource": {VERSION: labelled}}, indent=1), encoding="utf-8")
