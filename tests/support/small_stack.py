"""A stack of a few named resources with the platform's own provider and backend: small enough to break often."""

import json
from pathlib import Path

import stacks  # noqa: F401  first: it makes the provider's import cheap

# isort: split
from cdktf import App, TerraformStack
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_versioning import (
    S3BucketVersioningA,
    S3BucketVersioningVersioningConfiguration,
)

from config import Environment
from stacks.provider import keep_state, use_provider

NAMED = ("aws_s3_bucket", "aws_cloudwatch_log_group", "aws_iam_role")
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
PAUSE = "pause.tf.json"


def synthesize(output: Path, name: str, *, env: Environment, endpoint: str) -> Path:
    """Writes the stack; returns its folder."""
    output.mkdir(parents=True, exist_ok=True)
    app = App(outdir=str(output))
    stack = TerraformStack(app, name)
    use_provider(stack, env, endpoint)
    keep_state(stack, env, endpoint, emulated_in_s3=True)
    bucket = S3Bucket(stack, "Bucket", bucket=name)
    S3BucketVersioningA(
        stack,
        "Versioning",
        bucket=bucket.id,
        versioning_configuration=S3BucketVersioningVersioningConfiguration(status="Enabled"),
    )
    CloudwatchLogGroup(stack, "Log", name=name)
    IamRole(stack, "Role", name=name, assume_role_policy=json.dumps(TRUST))
    app.synth()
    return output / "stacks" / name


def hold_up(folder: Path, seconds: int) -> None:
    """Makes the next apply take its time, so that there is something to interrupt."""
    sleep = {"provisioner": [{"local-exec": {"command": f"sleep {seconds}"}}]}
    (folder / PAUSE).write_text(json.dumps({"resource": {"terraform_data": {"pause": sleep}}}), encoding="utf-8")


def hurry(folder: Path) -> None:
    """Takes `hold_up` back."""
    (folder / PAUSE).unlink()
