"""Where an environment's jobs run: on Glue, on EMR Serverless, or on this machine."""

import json
import os
from dataclasses import dataclass
from typing import Any

import boto3

from backfill.backfill import BackfillError
from backfill.emr_runs import EmrRuns
from backfill.glue_runs import GlueRuns
from backfill.local_runs import LocalRuns
from backfill.runs import Runs
from config import Environment
from config.job_size import JobSize
from config.naming import bucket_name, job_name


@dataclass(frozen=True, kw_only=True)
class Place:
    """One environment; ``is_here``: an emulated AWS runs no Spark, so its jobs run on this machine."""

    env: Environment
    is_here: bool

    def size(self, name: str) -> JobSize:
        """As configured; BackfillError lists the jobs there are."""
        sizes = self.env.batch.sizes if self.env.batch else {}
        if name not in sizes:
            there = ", ".join(sizes) or "none: its batch is None"
            raise BackfillError(f"{self.env.name} has no job {name!r}; it has: {there}")
        return sizes[name]

    def runs(self, name: str) -> Runs:
        size = self.size(name)
        if self.is_here:
            return LocalRuns(name=name)
        if size.engine == "emr":
            return EmrRuns(emr=self.client("emr-serverless"), request=self._request(name))
        return GlueRuns(glue=self.client("glue"), name=job_name(self.env, name))

    def client(self, service: str) -> Any:
        make: Any = boto3.client
        return make(service, region_name=self.env.region)

    def check_account(self) -> None:
        """Names are the same in no other account, but a wrong profile should be told by name."""
        if self.is_here:
            return
        account = self.client("sts").get_caller_identity()["Account"]
        if account != self.env.account_id:
            raise BackfillError(
                f"these credentials are of account {account}, {self.env.name} is {self.env.account_id}: log in there"
            )

    def _request(self, name: str) -> Any:
        stored = self.client("s3").get_object(Bucket=bucket_name(self.env, "scripts"), Key=f"jobs/{name}.json")
        return json.loads(stored["Body"].read())["start"]


def place_of(env: Environment) -> Place:
    """An environment that is emulated by default runs its jobs here; BackfillError for another aimed at an emulator."""
    if env.emulator_endpoint:
        return Place(env=env, is_here=True)
    if endpoint := os.environ.get("AWS_ENDPOINT_URL"):
        raise BackfillError(
            f"AWS_ENDPOINT_URL is {endpoint}: an emulated AWS says of every run that it succeeded, and runs none; "
            f"unset it to compute days of {env.name} on AWS, or take ENV=local, whose jobs run on this machine"
        )
    return Place(env=env, is_here=False)
