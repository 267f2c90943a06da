"""The batch jobs of the demo: the deployed platform and a job's name in, a line about its run out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local.demo.platform import ENV, Platform
from local.jobs.runner import JobRunner, told
from local.lambda_service.atomic_file import write_atomically


@dataclass(frozen=True, kw_only=True)
class Digests:
    """What the published tables held after the last demo on this embedded AWS."""

    path: Path

    def read(self) -> Mapping[str, str]:
        try:
            known: dict[str, str] = json.loads(self.path.read_bytes())
        except FileNotFoundError:
            return {}
        return known

    def write(self, digests: Mapping[str, str]) -> None:
        write_atomically(self.path, json.dumps(digests).encode())


def jobs_for(*, files: bool, capture: bool) -> list[str]:
    """Those that find something new, in the order in which one reads what the other publishes."""
    wanted = {"order_etl": True, "crm_etl": files, "cdc_merge": capture, "gold_etl": True}
    return [name for name, is_wanted in wanted.items() if is_wanted and ENV.batch]


def run_job(platform: Platform, name: str) -> str:
    """Runs it to its end, and says how it went."""
    return told(job_runner(platform).run(name))


def job_runner(platform: Platform) -> JobRunner:
    aws = platform.aws
    return JobRunner(env=ENV, endpoint=aws.endpoint, work_dir=platform.work_dir, instance_id=aws.instance_id)


def digests(platform: Platform) -> Digests:
    return Digests(path=platform.work_dir / "published" / f"{platform.aws.instance_id}.json")
