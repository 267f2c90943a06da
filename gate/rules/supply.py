"""What runs is what was built, on a runtime that somebody still mends."""

from collections.abc import Iterator

from config import Environment
from gate.finding import Fault
from gate.template import Template

# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
RUNTIMES = ("python3.11", "python3.12", "python3.13", "nodejs22.x", "nodejs24.x", "java21", "java25")
# https://docs.aws.amazon.com/glue/latest/dg/glue-version-support-policy.html
GLUE_VERSIONS = ("4.0", "5.0", "5.1")


def package_is_pinned(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """Without the digest a package that was changed, or broke on the way, is not noticed."""
    for package in template.all("aws_lambda_function", "aws_lambda_layer_version"):
        if not package.get("source_code_hash") and package.get("package_type") != "Image":
            yield Fault(package, "it does not say which bytes it is", "set source_code_hash")


def runtime_is_supported(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    for function in template.all("aws_lambda_function"):
        if function.get("package_type") != "Image" and function.get("runtime") not in RUNTIMES:
            yield Fault(function, f"runtime {function.get('runtime')} is not mended", f"use {RUNTIMES[0]} or later")
    for job in template.all("aws_glue_job"):
        if job.get("glue_version") not in GLUE_VERSIONS:
            yield Fault(job, f"Glue {job.get('glue_version')} is not mended", f"use {GLUE_VERSIONS[0]} or later")
