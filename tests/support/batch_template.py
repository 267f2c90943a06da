"""The batch layer of an environment as Terraform JSON, and what of it tests ask for."""

from config import Environment, environment
from tests.support.batch_world import batch_world, to_try
from tests.support.synthesis import Block, Template, synthesized

PROD = to_try(environment("prod"))
DEV = to_try(environment("dev"))


def layer(env: Environment) -> Template:
    return synthesized(lambda stack: batch_world(stack, env))


def job(template: Template, name: str) -> Block:
    (found,) = [block for block in template.all("aws_glue_job").values() if block["name"].endswith(f"-{name}")]
    return found


def granted(template: Template, role: str) -> list[Block]:
    """The statements of the policies of a job's role."""
    (key,) = [key for key, block in template.all("aws_iam_role").items() if block["name"].endswith(f"-{role}")]
    documents = template.all("aws_iam_policy_document", "data")
    return [
        statement
        for policy in template.all("aws_iam_role_policy").values()
        if policy["role"].split(".")[1] == key
        for statement in documents[policy["policy"].split(".")[2]]["statement"]
    ]


def on(template: Template, role: str, action: str) -> set[str]:
    """What a job may do ``action`` to, without the names of buckets."""
    statements = granted(template, role)
    return {arn.partition("}")[2] for s in statements if action in s["actions"] for arn in s["resources"]}


def lake_grants(template: Template, role: str) -> list[Block]:
    grants = template.all("aws_lakeformation_permissions").values()
    return [grant for grant in grants if f"Batch_{role}_Role" in grant["principal"]]
