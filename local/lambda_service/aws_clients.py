"""Clients for the embedded AWS: one endpoint for every service, fixed fake credentials, no proxy in between."""

from typing import Any

import boto3
from botocore.config import Config

from local.embedded_aws.environment import REGION

# The embedded AWS maps any credentials to its one account; real ones must never be sent to it by accident.
CREDENTIALS = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "aws_session_token": "testing"}

_CONFIG = Config(
    proxies={},
    connect_timeout=2,
    # Two busy cores serve everything: 10,000 records of 1 KB were seen to take 0.8 s, a queue of such calls longer.
    read_timeout=60,
    retries={"mode": "standard", "total_max_attempts": 2},
    max_pool_connections=64,
    s3={"addressing_style": "path"},
)


def aws_client(service: str, *, endpoint: str, region: str = REGION) -> Any:
    """A boto3 client; its type is stated where it is used."""
    make: Any = boto3.client
    return make(service, endpoint_url=endpoint, region_name=region, config=_CONFIG, **CREDENTIALS)
