"""One running embedded AWS for all tests of this folder, without the Lambda service."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from local.embedded_aws import REGION, EmbeddedAws, down, up

Client = Callable[[str], Any]


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    work_dir = tmp_path_factory.mktemp("embedded_aws")
    yield up(work_dir, companion=None)
    down(work_dir)


@pytest.fixture(scope="session")
def client(aws: EmbeddedAws) -> Client:
    """boto3 clients of the running instance; they try once, so that a failure shows as it is."""

    def of(service: str) -> Any:
        make: Any = boto3.client
        return make(
            service,
            endpoint_url=aws.endpoint,
            region_name=REGION,
            aws_access_key_id="local",
            aws_secret_access_key="local",
            config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}, proxies={}),
        )

    return of
