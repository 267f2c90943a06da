"""Secrets: names in the template, values nowhere."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from config import Environment
from gate.finding import Fault
from gate.template import Resource, Template, leaves

SECRET_FIELDS = {
    "password",
    "master_password",
    "master_user_password",
    "admin_user_password",
    "secret_string",
    "secret_binary",
    "auth_token",
    "access_key",
    "secret_key",
    "private_key",
    "oauth_token",
}
SECRET_NAME = re.compile(r"passw|secret|token|api_?key|private_?key|credential", re.IGNORECASE)
SECRET_TEXTS = {
    "an AWS access key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a password in a URL": re.compile(r"://[^/\s:@${}]+:[^/\s@${}]+@"),
    "a password in a connection text": re.compile(r"(?:password|pwd)\s*=\s*[^\s;&$\"'{}]{3,}", re.IGNORECASE),
}
REMEDY = "let AWS manage the password, or give an ephemeral value to the *_wo argument (see GeneratedSecret)"


def secret_is_not_in_template_or_state(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """A reference is no better than the value: Terraform writes what it resolves to into plan and state."""
    for resource in [*template.resources(), *_real_providers(template)]:
        for path, value in leaves(resource.body):
            if path.rsplit(".", maxsplit=1)[-1] in SECRET_FIELDS and isinstance(value, str) and value:
                yield Fault(resource, f"{path} is set", REMEDY)
    for resource in template.all("aws_ssm_parameter"):
        if resource.get("type") == "SecureString" and resource.get("value"):
            yield Fault(resource, "value of a SecureString is set", REMEDY)


def secret_is_written_once(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """A write-only argument keeps a value out of the state, not out of the template."""
    for resource in template.resources():
        for path, value in leaves(resource.body):
            if path.endswith("_wo") and "${ephemeral." not in str(value):
                yield Fault(resource, f"{path} is not an ephemeral value", REMEDY)


def setting_holds_no_secret(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """Variables of functions and arguments of jobs are shown in consoles, plans and logs."""
    for resource in template.all("aws_lambda_function", "aws_glue_job"):
        for field in ("environment.variables", "default_arguments", "non_overridable_arguments"):
            for name, value in (resource.get(field) or {}).items():
                literal = isinstance(value, str) and bool(value) and not value.startswith("${")
                if literal and SECRET_NAME.search(name) and not value.startswith("arn:"):
                    yield Fault(resource, f"{field}.{name} is a literal", "pass the secret's ARN, fetch the value")


def text_looks_like_no_secret(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    for kind in ("resource", "data"):
        for resource in template.resources(kind):
            for path, value in leaves(resource.body):
                for what, pattern in SECRET_TEXTS.items():
                    if isinstance(value, str) and pattern.search(value):
                        yield Fault(resource, f"{path} holds {what}", "take it out, and change it: it is known now")


def backend_holds_no_keys(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """`terraform_remote_state` copies them into the template and state of whoever reads this one."""
    for type_, body in template.document.get("terraform", {}).get("backend", {}).items():
        if any(body.get(name) for name in ("access_key", "secret_key", "token")):
            at = Resource(kind="backend", type=type_, name="terraform", body={})
            yield Fault(at, "it holds credentials", "give them to Terraform by its environment, or a role")


def _real_providers(template: Template) -> list[Resource]:
    """An emulator is given made-up keys; a provider all of whose calls stay on this machine cannot leak any."""
    return [provider for provider in template.providers() if not _is_emulated(provider)]


def _is_emulated(provider: Resource) -> bool:
    endpoints = {url for block in provider.blocks("endpoints") for url in block.values() if isinstance(url, str)}
    return bool(endpoints) and all(urlsplit(url).hostname in ("127.0.0.1", "localhost") for url in endpoints)
