"""What the applied platform says about a job: its name goes in, what to run and how comes out.

A Glue job is asked for by Glue's own API. One of EMR Serverless has no definition there, so the stack leaves one as
JSON in the scripts zone (constructs/job_definition.py).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from config import Environment
from config.naming import bucket_name, job_name

DEFINITIONS = "jobs/"
# Glue's own: https://docs.aws.amazon.com/glue/latest/dg/add-job.html (two days)
DEFAULT_TIMEOUT_MINUTES = 2_880


class UnknownJobError(Exception):
    """When the applied platform has no such job; the message lists those it has."""


@dataclass(frozen=True, kw_only=True)
class JobDefinition:
    """``arguments`` are the default ones, with their dashes; ``script`` and ``py_files`` are ``s3://`` addresses."""

    name: str
    engine: str
    script: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    py_files: tuple[str, ...] = ()
    timeout_minutes: int = DEFAULT_TIMEOUT_MINUTES
    max_concurrent: int = 1


def read_definition(name: str, *, env: Environment, glue: Any, s3: Any) -> JobDefinition:
    """The job called ``order_etl`` in ``config/batch_jobs.py``, as it was applied."""
    try:
        return _of_glue(name, glue.get_job(JobName=job_name(env, name))["Job"])
    except glue.exceptions.EntityNotFoundException:
        pass
    try:
        found = s3.get_object(Bucket=bucket_name(env, "scripts"), Key=f"{DEFINITIONS}{name}.json")
    except ClientError as error:
        raise UnknownJobError(_unknown(name, env=env, glue=glue, s3=s3)) from error
    return _of_document(name, json.loads(found["Body"].read()))


def job_names(*, env: Environment, glue: Any, s3: Any) -> list[str]:
    """All jobs of the applied platform."""
    prefix = job_name(env, "")
    pages = glue.get_paginator("get_jobs").paginate()
    names = {job["Name"].removeprefix(prefix).replace("-", "_") for page in pages for job in page["Jobs"]}
    try:
        listed = s3.list_objects_v2(Bucket=bucket_name(env, "scripts"), Prefix=DEFINITIONS)
    except ClientError:  # the zone was never deployed, and that is what the message will say
        return sorted(names)
    keys = [each["Key"] for each in listed.get("Contents", ())]
    return sorted(names | {key.removeprefix(DEFINITIONS).removesuffix(".json") for key in keys})


def _of_glue(name: str, job: Mapping[str, Any]) -> JobDefinition:
    arguments = {**job.get("DefaultArguments", {}), **(job.get("NonOverridableArguments") or {})}
    return JobDefinition(
        name=name,
        engine="glue",
        script=job["Command"]["ScriptLocation"],
        arguments=arguments,
        py_files=_files(arguments.get("--extra-py-files", "")),
        timeout_minutes=job.get("Timeout") or DEFAULT_TIMEOUT_MINUTES,
        max_concurrent=(job.get("ExecutionProperty") or {}).get("MaxConcurrentRuns", 1),
    )


def _of_document(name: str, document: Mapping[str, Any]) -> JobDefinition:
    return JobDefinition(
        name=name,
        engine=document["engine"],
        script=document["script"],
        arguments=document["arguments"],
        py_files=_files(document["py_files"]),
        timeout_minutes=document["timeout_minutes"],
    )


def _files(text: str) -> tuple[str, ...]:
    return tuple(file for file in text.split(",") if file)


def _unknown(name: str, *, env: Environment, glue: Any, s3: Any) -> str:
    there = ", ".join(job_names(env=env, glue=glue, s3=s3)) or "none: `make demo` deploys them"
    return f"the applied platform has no job {name!r}; it has: {there}"
