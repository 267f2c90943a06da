"""Where an environment is: its clients and the names of what a replay reads and writes."""

import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3

from config import Environment
from config.naming import bucket_name, event_stream_name
from local.embedded_aws.instance import find
from local.lambda_service.aws_clients import aws_client

LOCAL_WORK_DIR = Path("build/local")


class ReplayError(Exception):
    """When nothing can be sent, or not as asked; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """One environment, in the real AWS or the emulated one at ``endpoint``."""

    env: Environment
    endpoint: str | None

    def client(self, service: str) -> Any:
        if self.endpoint:
            return aws_client(service, endpoint=self.endpoint, region=self.env.region)
        make: Any = boto3.client
        return make(service, region_name=self.env.region)

    @property
    def stream(self) -> str:
        return event_stream_name(self.env)

    @property
    def stream_keeps(self) -> timedelta:
        return timedelta(hours=self.env.event_stream.retention_hours)

    def bucket(self, zone: str) -> str:
        return bucket_name(self.env, zone)

    def check_account(self) -> None:
        """Names are the same in no other account, but a wrong profile should be told by name."""
        account = self.client("sts").get_caller_identity()["Account"]
        if account != self.env.account_id:
            raise ReplayError(
                f"these credentials are of account {account}, {self.env.name} is {self.env.account_id}: log in there"
            )


def place_of(env: Environment, *, endpoint: str | None = None, work_dir: Path = LOCAL_WORK_DIR) -> Place:
    """The environment at ``endpoint``, AWS_ENDPOINT_URL, its embedded AWS or the real one, in this order."""
    endpoint = endpoint or os.environ.get("AWS_ENDPOINT_URL") or None
    if endpoint is None and env.emulator_endpoint:
        running = find(work_dir)
        if running is None:
            raise ReplayError(f"no embedded AWS runs for {work_dir}; `make demo` starts one")
        endpoint = running.endpoint
    return Place(env=env, endpoint=endpoint)
