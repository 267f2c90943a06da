"""Faults of Spark jobs."""

from gate.finding import Rule
from gate.rules import jobs
from tests.unit.gate.faults.planting import Fault, drop, put

JOB, SPARK = "aws_glue_job.orders", "aws_emrserverless_application.spark"
KEYS = "aws_glue_security_configuration.jobs.encryption_configuration"
STORE = "aws_glue_connection.store.connection_properties"
FAULTS: list[tuple[Rule, Fault]] = [
    (jobs.job_encrypts_what_it_leaves, drop(f"{JOB}.security_configuration")),
    (jobs.job_encrypts_what_it_leaves, put(f"{JOB}.security_configuration", "by-hand")),
    (jobs.job_encrypts_what_it_leaves, put("aws_glue_crawler.x", {"role": "x"})),
    (jobs.job_encrypts_what_it_leaves, put(f"{KEYS}.cloudwatch_encryption.cloudwatch_encryption_mode", "DISABLED")),
    (jobs.job_encrypts_what_it_leaves, drop(f"{KEYS}.job_bookmarks_encryption")),
    (jobs.job_encrypts_what_it_leaves, put(f"{KEYS}.s3_encryption.s3_encryption_mode", "SSE-S3")),
    (jobs.job_logs_into_its_own_groups, drop("aws_cloudwatch_log_group.job_error")),
    (jobs.job_logs_into_its_own_groups, put("aws_cloudwatch_log_group.job_output.name", "/aws-glue/jobs/output")),
    (jobs.job_ends, drop(f"{JOB}.timeout")),
    (jobs.job_ends, put(f"{JOB}.timeout", 2_880)),
    (jobs.job_ends, put(f"{JOB}.execution_property.max_concurrent_runs", 3)),
    (jobs.job_ends, put(f"{SPARK}.auto_stop_configuration.enabled", False)),
    (jobs.job_ends, drop(f"{SPARK}.maximum_capacity")),
    (jobs.job_ends, put(f"{SPARK}.initial_capacity", [{"initial_capacity_type": "Driver"}])),
    (jobs.job_stands_inside, drop(f"{JOB}.connections")),
    (jobs.job_stands_inside, drop(f"{SPARK}.network_configuration")),
    (jobs.connection_is_private, drop("aws_glue_connection.inside.physical_connection_requirements")),
    (jobs.connection_is_private, put(f"{STORE}.PASSWORD", "x")),
    (jobs.connection_is_private, drop(f"{STORE}.JDBC_ENFORCE_SSL")),
]
