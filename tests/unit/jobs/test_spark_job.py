"""Real Spark as a job: what it writes through the gateway are objects, whole or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from local.jobs.runner import JobFailedError
from tests.support.job_world import JobWorld, job_world

LAKE = "spark-job-lake"
WRITES = """
import json, sys
import boto3
from pyspark.sql import SparkSession, functions as F

spark = SparkSession.builder.appName("writes").getOrCreate()
rows = spark.range(1000).select("id", (F.col("id") % 5).alias("day"), F.lit("a + b/c").alias("name"))
table = "s3://spark-job-lake/table"
rows.repartition(2, "day").write.partitionBy("day", "name").parquet(table)
rows.where("day < 2").write.mode("overwrite").partitionBy("day", "name").parquet(table)
rows.where("id < 0").write.mode("overwrite").partitionBy("day").parquet("s3://spark-job-lake/empty")
rows.coalesce(1).write.parquet("s3://spark-job-lake/copy")
listed = boto3.client("s3").list_objects_v2(Bucket="spark-job-lake", Prefix="table/")["Contents"]
files = [f"s3://spark-job-lake/{each['Key']}" for each in listed if each["Key"].endswith(".parquet")]
found = spark.read.schema("id long").parquet(*files)
whole = spark.read.parquet(table)
print("and what is no JSON")
print(json.dumps({"files": len(files), "sum": found.agg(F.sum("id")).first()[0], "rows": whole.count()}))
"""
IS_KILLED = """
import os, signal, threading, time
from pyspark.sql import SparkSession, functions as F

spark = SparkSession.builder.appName("is killed").getOrCreate()
def kill():
    while not len(spark.sparkContext.statusTracker().getActiveStageIds()):
        time.sleep(0.05)
    time.sleep(2)
    os.kill(os.getpid(), signal.SIGKILL)
threading.Thread(target=kill, daemon=True).start()
# The second row is a long time coming: the first one's file is open by then.
waits = F.expr("if(id = 1, java_method('java.lang.Thread', 'sleep', 60000L), 'at once')")
spark.range(0, 2, 1, 1).select("id", waits.alias("waited")).write.parquet("s3://spark-job-lake/killed")
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JobWorld]:
    with job_world(tmp_path_factory.mktemp("jobs"), LAKE) as made:
        yield made


def test_spark_writes_overwrites_and_reads_objects_as_on_aws(world: JobWorld, tmp_path: Path) -> None:
    world.make_job("writes", WRITES)
    run = world.runner.run("writes")
    of_two_days = sum(number for number in range(1000) if number % 5 < 2)
    assert run.stats == {"files": 4, "sum": of_two_days, "rows": 400}
    keys = world.store.keys(LAKE)
    assert not [key for key in keys if "_temporary" in key], "nothing of the committer's may be left"
    [copy] = [key for key in keys if key.startswith("copy/part-")]
    (tmp_path / "copy").write_bytes(world.store.body(LAKE, copy))
    assert pq.read_table(tmp_path / "copy").num_rows == 1000


def test_a_driver_that_is_killed_while_it_writes_leaves_nothing_that_looks_like_data(world: JobWorld) -> None:
    world.make_job("is_killed", IS_KILLED)
    with pytest.raises(JobFailedError, match="is_killed: FAILED"):
        world.runner.run("is_killed")
    assert not [key for key in world.store.keys(LAKE) if key.startswith("killed/")]
