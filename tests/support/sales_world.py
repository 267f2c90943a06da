"""The AWS in which `sales_job` runs: a driver of real Spark whose every call passes a proxy that can hold it up.

In: what was received. Out: how runs ended, and the rows as two kinds of readers see them: jobs, by the snapshot, and
SQL, by what Glue's catalogue points at.
"""

import io
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from moto.server import ThreadedMotoServer

from lib.snapshots import snapshot_from
from local.embedded_aws.environment import LOOP_BACK, REGION, environment
from local.lambda_service.aws_clients import aws_client
from local.spark.gateway import gateway
from local.spark.java import java_home
from local.spark.session import SessionSize, spark_settings, submit_arguments
from tests.support.fault_proxy import Fault, FaultProxy, fault_proxy
from tests.support.killing import wait_for
from tests.support.sales_job import RECEIVED
from tests.support.sales_table import SALES, Row

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 300


@dataclass(kw_only=True)
class SalesWorld:
    """``endpoint`` passes the proxy by."""

    proxy: FaultProxy
    endpoint: str
    port: int
    folder: Path
    bucket: str

    def __post_init__(self) -> None:
        self.s3: Any = aws_client("s3", endpoint=self.endpoint, region=REGION)
        self.glue: Any = aws_client("glue", endpoint=self.endpoint, region=REGION)
        self.database = self.bucket.replace("-", "_")
        self.s3.create_bucket(Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        self.glue.create_database(DatabaseInput={"Name": self.database})
        columns = [{"Name": column.name, "Type": column.type} for column in SALES.columns]
        keys = [{"Name": column.name, "Type": column.type} for column in SALES.partitions]
        storage = {"Columns": columns, "Location": f"s3://{self.bucket}/published/sales/"}
        table = {"Name": "sales", "PartitionKeys": keys, "StorageDescriptor": storage}
        self.glue.create_table(DatabaseName=self.database, TableInput=table)

    def receive(self, name: str, rows: Sequence[Row]) -> None:
        """One object for each month that ``rows`` have."""
        for year, month in {row[-2:] for row in rows}:
            lines = [_line(row) for row in rows if row[-2:] == (year, month)]
            key = f"{RECEIVED}year={year}/month={month}/{name}.csv"
            self.s3.put_object(Bucket=self.bucket, Key=key, Body="\n".join(lines).encode())

    def start(self, **variables: str) -> subprocess.Popen[str]:
        """The driver, Python and Java in a process group of their own."""
        folder = self.folder / uuid.uuid4().hex
        folder.mkdir()
        size = SessionSize(master="local[2]", memory="700m", shuffle_partitions=2)
        settings = spark_settings(port=self.port, buckets=[self.bucket], folder=folder, size=size)
        known = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYSPARK_"))}
        places = ["--silver_bucket", self.bucket, "--silver_database", self.database]
        return subprocess.Popen(
            [sys.executable, "-m", "tests.support.sales_job", *places],
            cwd=ROOT,
            env=known
            | environment(self.proxy.endpoint)
            | {"PYTHONPATH": f"{ROOT}:{ROOT / 'glue_scripts'}", "JAVA_HOME": str(java_home())}
            | {"PYSPARK_SUBMIT_ARGS": submit_arguments(settings)}
            | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, **variables: str) -> str:
        """A run to its good end; its last line."""
        said, code = ended(self.start(**variables))
        assert code == 0, said
        return said.splitlines()[-1]

    def killed_at(self, fault: Fault) -> None:
        """A run that is killed with all its processes the moment ``fault`` befalls it; what it had asked is lost."""
        self.proxy.plan(fault)
        process = self.start()
        try:
            wait_for(lambda: fault.befell or process.poll() is not None, what="the moment to kill", seconds=SECONDS)
            assert process.poll() is None, f"ended before it could be killed: {process.communicate()[0]}"
        finally:
            kill(process)
            fault.mend()

    def verdicts(self) -> list[str]:
        """Of each run that has staged its rows."""
        return self._keys("_quality/sales/")

    def snapshot_rows(self) -> list[Row]:
        """What a job reads."""
        keys = self._keys("_published/sales/")
        partitions = snapshot_from(self._body(keys[-1])).partitions if keys else {}
        return self._rows({tuple(map(str, key)): content.location for key, content in partitions.items()})

    def catalogued_rows(self) -> list[Row]:
        """What a reader by SQL gets."""
        found = self.glue.get_partitions(DatabaseName=self.database, TableName="sales")["Partitions"]
        start = f"s3://{self.bucket}/"
        return self._rows(
            {tuple(entry["Values"]): entry["StorageDescriptor"]["Location"].removeprefix(start) for entry in found}
        )

    def _rows(self, locations: Mapping[tuple[str, ...], str]) -> list[Row]:
        found = []
        for values, location in locations.items():
            for key in self._keys(f"{location.rstrip('/')}/"):
                for row in pq.read_table(io.BytesIO(self._body(key))).to_pylist():
                    # Spark marks the moment as UTC, which the tests' rows leave unsaid.
                    moment = row.pop("sold_at").replace(tzinfo=None)
                    found.append((*row.values(), moment, *map(int, values)))
        return sorted(found, key=repr)

    def _keys(self, prefix: str) -> list[str]:
        found = self.s3.list_objects_v2(Bucket=self.bucket, Prefix=prefix).get("Contents", ())
        return [entry["Key"] for entry in found]

    def _body(self, key: str) -> bytes:
        body: bytes = self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return body


def _line(row: Row) -> str:
    number, units, amount, moment = row[:4]
    return f"{number},{units},{amount},{str(moment).replace(' ', 'T')}Z"


def ended(process: subprocess.Popen[str]) -> tuple[str, int]:
    """What it said, and its exit code."""
    try:
        said, _ = process.communicate(timeout=SECONDS)
    finally:
        kill(process)
    return said, process.returncode


def kill(process: subprocess.Popen[str]) -> None:
    """Its whole group, Java among it."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    finally:
        process.wait()


@contextmanager
def sales_world(folder: Path) -> Iterator[SalesWorld]:
    """Up while the block runs."""
    server = ThreadedMotoServer(ip_address=LOOP_BACK, port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    bucket = f"silver-{uuid.uuid4().hex[:8]}"
    try:
        with fault_proxy(endpoint) as proxy, gateway(endpoint=proxy.endpoint, region=REGION) as spark_port:
            yield SalesWorld(proxy=proxy, endpoint=endpoint, port=spark_port, folder=folder, bucket=bucket)
    finally:
        server.stop()
