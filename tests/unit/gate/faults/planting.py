"""How a fault is planted in a good template."""

import json
from collections.abc import Callable
from functools import reduce
from typing import Any

Document = dict[str, Any]
Fault = Callable[[Document], None]


def put(path: str, value: Any) -> Fault:
    """Sets what stands at a dotted path below the resources; new blocks are made on the way."""

    def plant(document: Document) -> None:
        *way, last = path.split(".")
        block: Any = document["resource"]
        for part in way:
            block = block.setdefault(part, {}) if isinstance(block, dict) else block[int(part)]
        block[last] = value

    return plant


def drop(path: str) -> Fault:
    """Takes away what stands at a dotted path below the resources."""

    def plant(document: Document) -> None:
        *way, last = path.split(".")
        block = document["resource"]
        found = reduce(lambda block, part: block[int(part) if isinstance(block, list) else part], way, block)
        del found[int(last) if isinstance(found, list) else last]

    return plant


def say(name: str, *statements: dict[str, Any]) -> Fault:
    """Replaces what a policy document says."""

    def plant(document: Document) -> None:
        document["data"]["aws_iam_policy_document"][name]["statement"] = list(statements)

    return plant


def together(*faults: Fault) -> Fault:
    """Several at once."""

    def plant(document: Document) -> None:
        for fault in faults:
            fault(document)

    return plant


def provider(**settings: Any) -> Fault:
    return lambda document: document["provider"]["aws"][0].update(settings)


def backend(**settings: Any) -> Fault:
    return lambda document: document["terraform"]["backend"]["s3"].update(settings)


def in_json(policy: dict[str, Any]) -> Fault:
    return put("aws_iam_role_policy.read.policy", json.dumps({"Version": "2012-10-17", "Statement": policy}))
