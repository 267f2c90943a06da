"""What starts a job, as an object that whoever starts one reads: a person, a schedule, or a runner of this machine.

    jobs/<name>.json = {"name", "engine", "script", "py_files", "arguments": {"--x": "..."}, "timeout_minutes",
                        "retries", "publishes": {zone: [tables]}, "start": {...}}

``start`` is the request of the engine's StartJobRun as it stands. A run's dates are added to it: to Glue's as
Arguments, to EMR's among jobDriver.sparkSubmit.entryPointArguments.
"""

import json
from collections.abc import Mapping

from cdktf_cdktf_provider_aws.s3_object import S3Object

from config.batch_jobs import BatchJob
from config.job_size import JobSize
from constructs import Construct
from constructs.emr_job import EmrJob
from constructs.glue_job import GlueJob
from constructs.job_package import JobPackage
from constructs.table_format import told_to_glue

PREFIX = "jobs/"


class JobDefinition(Construct):
    """``jobs/<name>.json`` in the scripts zone; ``runs`` is the job as its engine has it."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        job: BatchJob,
        size: JobSize,
        package: JobPackage,
        arguments: Mapping[str, str],
        runs: GlueJob | EmrJob,
    ) -> None:
        super().__init__(scope, id_)
        zone = package.zone
        definition = {
            "name": job.name,
            "engine": size.engine,
            "script": package.script(job),
            "py_files": package.libraries,
            "arguments": {**told_to_glue(arguments), **arguments},
            "timeout_minutes": size.timeout_minutes,
            "retries": size.retries,
            "publishes": {zone_name: list(tables) for zone_name, tables in job.publishes.items()},
            "start": runs.start,
        }
        stored = S3Object(
            self,
            "Object",
            bucket=zone.bucket.bucket,
            key=f"{PREFIX}{job.name}.json",
            content=json.dumps(definition, indent=1, sort_keys=True),
            content_type="application/json",
            server_side_encryption="aws:kms",
            kms_key_id=zone.key.arn,
            bucket_key_enabled=True,
        )
        self.url = f"s3://{stored.bucket}/{stored.key}"
