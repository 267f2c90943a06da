"""Access policies, however they are written, as plain statements."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from gate.encoded_json import decoded
from gate.template import Block, Resource, Template, blocks, listed

FIELDS = (
    "policy",
    "policy_document",
    "assume_role_policy",
    "access_policy",
    "access_policies",
    "resource_policy",
    "inline_policy.policy",
)
DOCUMENT = re.compile(r"^\$\{data\.aws_iam_policy_document\.(?P<name>[\w-]+)\.(?:minified_)?json\}$")


class Use(Enum):
    """Who reads the policy: that decides what its ``*`` means."""

    IDENTITY = "identity"
    BOUNDARY = "boundary"
    TRUST = "trust"
    KEY = "key"
    ENDPOINT = "endpoint"
    RESOURCE = "resource"


@dataclass(frozen=True, kw_only=True)
class Condition:
    test: str
    variable: str
    values: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Statement:
    """``principals`` by kind (AWS, Service, ``*``); an identity policy's has none."""

    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    principals: dict[str, list[str]] = field(default_factory=dict)
    conditions: tuple[Condition, ...] = ()
    negated: bool = False

    def asks(self, *variables: str) -> bool:
        """Whether a condition looks at one of these context keys (or those below ``key:``)."""
        asked = [condition.variable.lower() for condition in self.conditions]
        return any(have == want.lower() or have.startswith(f"{want.lower()}:") for have in asked for want in variables)


@dataclass(frozen=True, kw_only=True)
class Policy:
    """A policy where it is used. ``statements`` None: what it says cannot be known before it is applied.

    ``documents`` are the names of the data blocks it is made of.
    """

    at: Resource
    use: Use
    statements: tuple[Statement, ...] | None
    documents: frozenset[str] = frozenset()


def policies(template: Template) -> Iterator[Policy]:
    """Every policy of a stack, documents that nothing uses included."""
    used: set[str] = set()
    for resource in template.resources():
        for name in FIELDS:
            value = resource.get(name)
            if isinstance(value, str) and _is_policy(resource, value):
                documents = frozenset(re.findall(r"data\.aws_iam_policy_document\.([\w-]+)\.", value))
                used |= documents
                found = resolved(template, value)
                statements = None if found is None else tuple(found)
                use = Use.BOUNDARY if only_bounds(template, resource) else _use(resource, name)
                yield Policy(at=resource, use=use, statements=statements, documents=documents)
    for document in template.resources("data"):
        if document.type == "aws_iam_policy_document" and document.name not in used:
            yield Policy(at=document, use=Use.IDENTITY, statements=tuple(_of_document(template, document.body)))


def only_bounds(template: Template, policy: Resource) -> bool:
    """Whether a policy is some role's permissions boundary and gives nobody a right by being attached."""
    return policy.type == "aws_iam_policy" and bounds(template, policy) and not attachments(template, policy)


def bounds(template: Template, policy: Resource) -> bool:
    return any(role.refers_to(policy, "permissions_boundary") for role in template.all("aws_iam_role"))


def attachments(template: Template, policy: Resource) -> list[Resource]:
    """Whatever gives a policy's rights to somebody."""
    attached = [r for r in template.resources() if r.refers_to(policy, "policy_arn")]
    return attached + [r for r in template.all("aws_iam_role") if r.refers_to(policy, "managed_policy_arns")]


def resolved(template: Template, text: Any) -> list[Statement] | None:
    """The statements a policy's text stands for; None when they cannot be read."""
    if not isinstance(text, str):
        return None
    reference = DOCUMENT.match(text)
    if reference:
        document = template.document.get("data", {}).get("aws_iam_policy_document", {}).get(reference["name"])
        return None if document is None else list(_of_document(template, document))
    try:
        return statements_of(decoded(text))
    except ValueError:
        return None


def statements_of(document: Any) -> list[Statement]:
    """A policy in IAM's own JSON; ValueError when it is none."""
    if not isinstance(document, dict) or "Statement" not in document:
        raise ValueError("a policy has a Statement")
    return [_of_json(statement) for statement in listed(document["Statement"])]


def _is_policy(resource: Resource, value: str) -> bool:
    # Scaling and lifecycle rules of other services are called policy too.
    return "iam" in value or "Statement" in value or value.startswith("${") or resource.type.startswith("aws_iam")


def _use(resource: Resource, name: str) -> Use:
    if name == "assume_role_policy":
        return Use.TRUST
    if resource.type in ("aws_kms_key", "aws_kms_key_policy", "aws_kms_replica_key"):
        return Use.KEY
    if resource.type in ("aws_vpc_endpoint", "aws_vpc_endpoint_policy"):
        return Use.ENDPOINT
    return Use.IDENTITY if resource.type.startswith("aws_iam") else Use.RESOURCE


def _of_document(template: Template, document: Block) -> Iterator[Statement]:
    for name in ("source_policy_documents", "override_policy_documents"):
        for text in listed(document.get(name)):
            yield from resolved(template, text) or []
    for block in blocks(document.get("statement")):
        principals: dict[str, list[str]] = {}
        for principal in [*blocks(block.get("principals")), *blocks(block.get("not_principals"))]:
            principals.setdefault(principal["type"], []).extend(listed(principal["identifiers"]))
        yield Statement(
            effect=block.get("effect") or "Allow",
            actions=tuple(listed(block.get("actions")) or listed(block.get("not_actions"))),
            resources=tuple(listed(block.get("resources")) or listed(block.get("not_resources"))),
            principals=principals,
            conditions=tuple(
                Condition(test=c["test"], variable=c["variable"], values=tuple(map(str, listed(c["values"]))))
                for c in blocks(block.get("condition"))
            ),
            negated=any(block.get(name) for name in ("not_actions", "not_resources", "not_principals")),
        )


def _of_json(statement: Block) -> Statement:
    principal: Any = statement.get("Principal", statement.get("NotPrincipal", {}))
    named = {"*": ["*"]} if principal == "*" else {kind: listed(names) for kind, names in principal.items()}
    conditions: Block = statement.get("Condition") or {}
    return Statement(
        effect=statement.get("Effect", "Allow"),
        actions=tuple(listed(statement.get("Action", statement.get("NotAction")))),
        resources=tuple(listed(statement.get("Resource", statement.get("NotResource")))),
        principals=named,
        conditions=tuple(
            Condition(test=test, variable=variable, values=tuple(_as_text(v) for v in listed(values)))
            for test, asked in conditions.items()
            for variable, values in asked.items()
        ),
        negated=any(name in statement for name in ("NotAction", "NotResource", "NotPrincipal")),
    )


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
