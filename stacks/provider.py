"""Where a stack's resources are made and where its state is kept: the real AWS, or an emulated one."""

from cdktf import LocalBackend, S3Backend, S3BackendEndpointConfig, TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderDefaultTags, AwsProviderEndpoints

from config import Environment
from config.naming import PROJECT, bucket_name, state_key

# Every service the platform calls. A service missing here would be looked for at the real AWS,
# with credentials that are none: it fails, it cannot harm.
SERVICES = (
    "apigateway",
    "athena",
    "cloudwatch",
    "dms",
    "dynamodb",
    "ec2",
    "events",
    "firehose",
    "glue",
    "iam",
    "kinesis",
    "kms",
    "lakeformation",
    "lambda_",
    "logs",
    "rds",
    "redshift",
    "redshiftserverless",
    "s3",
    "scheduler",
    "secretsmanager",
    "sfn",
    "sns",
    "sqs",
    "ssm",
    "sts",
)
EMULATOR_KEY = "emulated"


def use_provider(stack: TerraformStack, env: Environment, endpoint: str | None) -> AwsProvider:
    """The AWS provider of ``env``; with an ``endpoint`` all its calls go there, with made-up credentials."""
    return _provider(stack, "Aws", env, endpoint, region=env.region)


def use_replica_provider(stack: TerraformStack, env: Environment, endpoint: str | None) -> AwsProvider | None:
    """A second one, for the region zones are copied to; None where none are. Only what asks for it gets it."""
    if env.replication is None:
        return None
    return _provider(stack, "AwsReplica", env, endpoint, region=env.replication.region, alias="replica")


def _provider(
    stack: TerraformStack, id_: str, env: Environment, endpoint: str | None, *, region: str, alias: str | None = None
) -> AwsProvider:
    tags = {"Project": PROJECT, "Environment": env.name, "ManagedBy": "cdktf"}
    default_tags = [AwsProviderDefaultTags(tags=tags)]
    if endpoint is None:
        return AwsProvider(
            stack, id_, alias=alias, region=region, allowed_account_ids=[env.account_id], default_tags=default_tags
        )
    return AwsProvider(
        stack,
        id_,
        alias=alias,
        region=region,
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


def keep_state(stack: TerraformStack, env: Environment, endpoint: str | None, *, emulated_in_s3: bool = False) -> None:
    """In the environment's bucket in S3. Emulated: on this machine, unless a bucket was bootstrapped there as well."""
    if env.emulator_endpoint is None and (endpoint is None or emulated_in_s3):
        keep_state_in_s3(stack, env, endpoint)
    else:
        keep_state_beside(stack)


def keep_state_beside(stack: TerraformStack) -> None:
    """Beside the synthesized stacks: it goes when they go."""
    # Relative to the stack's folder: an absolute path would make the template differ from machine to machine.
    LocalBackend(stack, path=f"../../terraform.{stack.node.id}.tfstate")


def keep_state_in_s3(stack: TerraformStack, env: Environment, endpoint: str | None) -> None:
    """In the environment's state bucket, locked by S3 itself. Credentials are the environment's, never the template's.

    Without ``encrypt`` and its key id the bucket's own rule holds, which is our key: with it S3's would be taken.
    """
    emulated = True if endpoint else None
    backend = S3Backend(
        stack,
        bucket=bucket_name(env, "state"),
        key=state_key(env, stack.node.id),
        region=env.region,
        allowed_account_ids=None if endpoint else [env.account_id],
        endpoints=S3BackendEndpointConfig(s3=endpoint) if endpoint else None,
        use_path_style=emulated,
        # An emulator knows nothing of who we are.
        skip_credentials_validation=emulated,
        skip_metadata_api_check=emulated,
        skip_region_validation=emulated,
        skip_requesting_account_id=emulated,
    )
    # cdktf 0.21 does not know the argument; Terraform 1.11 made it the way to lock.
    backend.add_override("use_lockfile", True)
