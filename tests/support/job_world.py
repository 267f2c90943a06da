"""An emulated AWS with jobs of a test's own: a script's text goes in, a job that the runner finds comes out."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config import Environment
from config import environment as environment_of
from config.naming import bucket_name, job_name
from local.jobs.runner import JobRunner
from local.lambda_service.aws_clients import aws_client
from local.spark.session import SessionSize
from tests.support.object_store import ObjectStore, object_store

ENV = environment_of("local")
SCRIPTS = bucket_name(ENV, "scripts")
SMALL = SessionSize(master="local[2]", memory="1g", shuffle_partitions=2)


@dataclass(frozen=True, kw_only=True)
class JobWorld:
    """The AWS, and a runner of its jobs."""

    store: ObjectStore
    runner: JobRunner
    env: Environment = field(default=ENV)

    @property
    def glue(self) -> Any:
        return aws_client("glue", endpoint=self.store.endpoint, region=self.env.region)

    def make_job(
        self,
        name: str,
        script: str,
        *,
        arguments: Mapping[str, str] | None = None,
        library: Mapping[str, str] | None = None,
        **options: Any,
    ) -> None:
        """A Glue job; ``library`` is what its zip holds, by path."""
        self.store.put(SCRIPTS, f"code/{name}.py", script.encode())
        given = dict(arguments or {})
        if library:
            self.store.put(SCRIPTS, f"code/{name}.zip", _zipped(library))
            given["--extra-py-files"] = f"s3://{SCRIPTS}/code/{name}.zip"
        self.glue.create_job(
            Name=job_name(self.env, name),
            Role="arn:aws:iam::123456789012:role/job",
            Command={"Name": "glueetl", "ScriptLocation": f"s3://{SCRIPTS}/code/{name}.py"},
            DefaultArguments=given,
            **options,
        )

    def make_emr_job(self, name: str, script: str, arguments: Mapping[str, str]) -> None:
        """What the stack leaves of a job of EMR Serverless."""
        self.store.put(SCRIPTS, f"code/{name}.py", script.encode())
        self.store.put(SCRIPTS, "code/libraries.zip", _zipped({}))
        document = {
            "name": name,
            "engine": "emr",
            "script": f"s3://{SCRIPTS}/code/{name}.py",
            "py_files": f"s3://{SCRIPTS}/code/libraries.zip",
            "arguments": dict(arguments),
            "timeout_minutes": 5,
        }
        self.store.put(SCRIPTS, f"jobs/{name}.json", json.dumps(document).encode())

    def forget_jobs(self) -> None:
        for job in self.glue.get_jobs()["Jobs"]:
            self.glue.delete_job(JobName=job["Name"])


@contextmanager
def job_world(folder: Path, *buckets: str) -> Iterator[JobWorld]:
    """Up while the block runs; ``folder`` takes what is known of runs."""
    with object_store(SCRIPTS, *buckets) as store:
        runner = JobRunner(env=ENV, endpoint=store.endpoint, work_dir=folder, instance_id="test", size=SMALL)
        world = JobWorld(store=store, runner=runner)
        world.forget_jobs()
        yield world


def _zipped(files: Mapping[str, str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return target.getvalue()
