"""Where a stack's resources are made and where its state is kept: the real AWS, or an emulated one."""

from cdktf import LocalBackend, S3Backend, TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderDefaultTags, AwsProviderEndpoints

from config import Environment
from config.naming import PROJECT, bucket_name, stack_name

# Every service the platform calls. A service missing here would be looked for at the real AWS,
# with credentials that are none: it fails, it cannot harm.
SERVICES = ("athena", "ec2", "glue", "iam", "kinesis", "kms", "lambda_", "logs", "s3", "secretsmanager", "sts")
EMULATOR_KEY = "emulated"


def use_provider(stack: TerraformStack, env: Environment, endpoint: str | None) -> AwsProvider:
    """The AWS provider of ``env``; with an ``endpoint`` all its calls go there, with made-up credentials."""
    tags = {"Project": PROJECT, "Environment": env.name, "ManagedBy": "cdktf"}
    default_tags = [AwsProviderDefaultTags(tags=tags)]
    if endpoint is None:
        return AwsProvider(
            stack, "Aws", region=env.region, allowed_account_ids=[env.account_id], default_tags=default_tags
        )
    return AwsProvider(
        stack,
        "Aws",
        region=env.region,
        default_tags=default_tags,
        access_key=EMULATOR_KEY,
        secret_key=EMULATOR_KEY,
        endpoints=[AwsProviderEndpoints(**dict.fromkeys(SERVICES, endpoint))],
        s3_use_path_style=True,
        skip_credentials_validation=True,
        skip_metadata_api_check="true",
        skip_region_validation=True,
        # What an emulator does not know it will not know the 25th time either.
        max_retries=2,
    )


def keep_state(stack: TerraformStack, env: Environment, endpoint: str | None) -> None:
    """State beside the synthesized stacks when emulated; otherwise in S3, encrypted, locked by S3 itself."""
    if endpoint is not None:
        # Relative to the stack's folder: an absolute path would make the template differ from machine to machine.
        LocalBackend(stack, path=f"../../terraform.{stack_name(env)}.tfstate")
        return
    backend = S3Backend(
        stack,
        bucket=bucket_name(env, "state"),
        key=f"{env.name}/{stack_name(env)}.tfstate",
        region=env.region,
        encrypt=True,
    )
    # cdktf 0.21 does not know the argument; Terraform 1.11 made it the way to lock.
    backend.add_override("use_lockfile", True)
