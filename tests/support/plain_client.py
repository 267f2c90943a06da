"""A boto3 client whose number of attempts a test decides."""

from typing import Any

import boto3
from botocore.config import Config

from local.embedded_aws.environment import REGION
from local.lambda_service.aws_clients import CREDENTIALS


def plain_client(service: str, endpoint: str, *, attempts: int = 1) -> Any:
    """A client for the endpoint; ``attempts`` includes the first."""
    make: Any = boto3.client
    config = Config(
        proxies={},
        retries={"mode": "standard", "total_max_attempts": attempts},
        s3={"addressing_style": "path"},
        read_timeout=30,
        connect_timeout=2,
    )
    return make(service, endpoint_url=endpoint, region_name=REGION, config=config, **CREDENTIALS)
