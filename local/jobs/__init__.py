"""Batch jobs on this machine: what is deployed as Glue or EMR jobs, run by real Spark on the emulated S3."""
