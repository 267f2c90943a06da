"""What a stack guards, by the name AWS knows it by: policies speak of ARNs, people of constructs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from config import Environment
from gate.template import Resource, Template

# Type -> what people call it, and its ARNs. What AWS chooses is made up: {address} is Terraform's name.
ARNS: dict[str, tuple[str, tuple[str, ...]]] = {
    "aws_s3_bucket": ("bucket", ("arn:aws:s3:::{bucket}",)),
    "aws_kms_key": ("key", ("arn:aws:kms:{region}:{account}:key/{address}",)),
    "aws_kinesis_stream": ("stream", ("arn:aws:kinesis:{region}:{account}:stream/{name}",)),
    "aws_secretsmanager_secret": ("secret", ("arn:aws:secretsmanager:{region}:{account}:secret:{name}-000000",)),
    "aws_glue_catalog_database": ("database", ("arn:aws:glue:{region}:{account}:database/{name}",)),
    "aws_glue_catalog_table": ("table", ("arn:aws:glue:{region}:{account}:table/{database_name}/{name}",)),
    "aws_glue_job": ("job", ("arn:aws:glue:{region}:{account}:job/{name}",)),
    "aws_athena_workgroup": ("workgroup", ("arn:aws:athena:{region}:{account}:workgroup/{name}",)),
    "aws_cloudwatch_log_group": ("log", ("arn:aws:logs:{region}:{account}:log-group:{name}",)),
    "aws_lambda_function": ("function", ("arn:aws:lambda:{region}:{account}:function:{function_name}",)),
    "aws_sqs_queue": ("queue", ("arn:aws:sqs:{region}:{account}:{name}",)),
    "aws_sns_topic": ("topic", ("arn:aws:sns:{region}:{account}:{name}",)),
    "aws_dynamodb_table": ("key-value table", ("arn:aws:dynamodb:{region}:{account}:table/{name}",)),
    "aws_sfn_state_machine": ("workflow", ("arn:aws:states:{region}:{account}:stateMachine:{name}",)),
    "aws_kinesis_firehose_delivery_stream": (
        "delivery stream",
        ("arn:aws:firehose:{region}:{account}:deliverystream/{name}",),
    ),
    "aws_db_instance": (
        "server",
        ("arn:aws:rds:{region}:{account}:db:{identifier}", "arn:aws:rds-db:{region}:{account}:dbuser:db-{address}"),
    ),
    "aws_rds_cluster": (
        "server",
        (
            "arn:aws:rds:{region}:{account}:cluster:{cluster_identifier}",
            "arn:aws:rds-db:{region}:{account}:dbuser:cluster-{address}",
        ),
    ),
    "aws_redshift_cluster": (
        "warehouse",
        tuple(
            f"arn:aws:redshift:{{region}}:{{account}}:{part}:{{cluster_identifier}}"
            for part in ("cluster", "dbuser", "dbname", "dbgroup")
        ),
    ),
    "aws_redshiftserverless_workgroup": (
        "warehouse",
        ("arn:aws:redshift-serverless:{region}:{account}:workgroup/{address}",),
    ),
    "aws_iam_role": ("role", ("arn:aws:iam::{account}:role/{name}",)),
}
NAMES = ("bucket", "name", "identifier", "function_name", "cluster_identifier", "key")
# Passwords that AWS makes and keeps: the switch, the attribute with the secret's ARN, the field with its key.
MANAGED_PASSWORDS = {
    "manage_master_user_password": ("secret_arn", "master_user_secret_kms_key_id"),
    "manage_master_password": ("master_password_secret_arn", "master_password_secret_kms_key_id"),
    "manage_admin_password": ("admin_password_secret_arn", "admin_password_secret_kms_key_id"),
}
# An id that says no more than the kind does.
PLAIN_IDS = {
    *("Bucket", "Key", "Role", "Stream", "Secret", "Workgroup", "Database", "Function", "LogGroup", "Instance"),
    *("Queue", "Topic", "Cluster", "Policy", "Job"),
}
ADDRESS = re.compile(r"\baws_\w+\.[\w-]+(?:\.\w+)?")
REFERENCE = re.compile(r"\$\{(?P<type>[a-z]\w*)\.(?P<name>[\w-]+)\.(?P<rest>[\w.\[\]-]+)\}")


@dataclass(frozen=True, kw_only=True)
class Thing:
    """``path`` is the construct's within its stack, ``password_of`` its field's name for a secret of AWS's making."""

    kind: str
    path: str
    arns: tuple[str, ...]
    at: Resource
    password_of: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.path}"


class Things:
    """Everything in a stack that a policy can speak of."""

    def __init__(self, template: Template, env: Environment) -> None:
        self.env = env
        self._resources = {resource.address: resource for resource in template.resources()}
        self._regions = {
            provider.body["alias"]: provider.body.get("region", env.region)
            for provider in template.providers()
            if "alias" in provider.body
        }
        self.all = [thing for resource in self._resources.values() for thing in self._of(resource)]

    def of_kind(self, kind: str) -> list[Thing]:
        return [thing for thing in self.all if thing.kind == kind]

    def named(self, kind: str, text: object) -> Thing | None:
        """The thing of a kind whose ARN, name or id a field holds."""
        spelled = self.spelled(text)
        found = [t for t in self.of_kind(kind) if spelled in t.arns or spelled in self._own_names(t)]
        return found[0] if spelled and found else None

    def spelled(self, text: object) -> str:
        """The text with the names in the place of references; what only AWS knows becomes Terraform's address."""
        return REFERENCE.sub(self._resolved, text) if isinstance(text, str) else ""

    def readable(self, text: str) -> str:
        """A spelled text with constructs' paths in the place of Terraform's addresses."""
        return ADDRESS.sub(lambda match: self._path_of(match[0]), text)

    def _path_of(self, found: str) -> str:
        type_, name, *_ = found.split(".")
        resource = self._resources.get(f"{type_}.{name}")
        return short(resource) if resource else found

    def _resolved(self, match: re.Match[str]) -> str:
        resource = self._resources.get(f"{match['type']}.{match['name']}")
        if resource is None:
            return match[0].strip("${}")
        rest = match["rest"]
        if rest == "resource_id":
            return f"{'cluster' if 'cluster' in resource.type else 'db'}-{resource.name}"
        for attribute, _ in MANAGED_PASSWORDS.values():
            if rest.endswith(attribute):
                return self._password_arn(resource)
        if rest == "arn" and resource.type in ARNS:
            return self._arns(resource)[0]
        names = NAMES if rest == "id" else (rest,)
        value = next((found for name in names if isinstance(found := resource.get(name), str)), None)
        return match[0].strip("${}") if value is None else self.spelled(value)

    def _of(self, resource: Resource) -> Iterator[Thing]:
        if resource.type in ARNS:
            kind, _ = ARNS[resource.type]
            yield Thing(kind=kind, path=short(resource), arns=self._arns(resource), at=resource)
        for switch, (_, key) in MANAGED_PASSWORDS.items():
            if resource.get(switch) is True:
                arns = (self._password_arn(resource),)
                yield Thing(kind="secret", path=f"{short(resource)}/password", arns=arns, at=resource, password_of=key)

    def _arns(self, resource: Resource) -> tuple[str, ...]:
        _, patterns = ARNS[resource.type]
        alias = str(resource.get("provider") or "").partition(".")[2]
        place = {"region": self._regions.get(alias, self.env.region), "account": self.env.account_id}
        fields = re.findall(r"\{(\w+)\}", "".join(patterns))
        values = {field: self.spelled(resource.get(field)) or resource.name for field in fields}
        return tuple(pattern.format_map(values | {"address": resource.name} | place) for pattern in patterns)

    def _password_arn(self, resource: Resource) -> str:
        return f"arn:aws:secretsmanager:{self.env.region}:{self.env.account_id}:secret:{resource.address}.password"

    def _own_names(self, thing: Thing) -> list[str]:
        return [thing.at.address, f"{thing.at.address}.id", *(self.spelled(thing.at.get(name)) for name in NAMES[:-1])]


def short(resource: Resource) -> str:
    """Its construct's path within the stack, without an id that only repeats what it is."""
    _, _, path = resource.path.partition("/")
    parent, _, last = (path or resource.path).rpartition("/")
    return parent if parent and last in PLAIN_IDS else path or resource.path
