"""The AWS in which `sales_job` runs, behind a proxy that can hold up every call of it.

In: what was received. Out: how runs ended, and the rows as two kinds of readers see them: jobs, by the snapshot, and
SQL, by what Glue's catalogue points at.
"""

import io
import subprocess
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from lib.snapshots import snapshot_from
from local.embedded_aws.environment import REGION
from local.lambda_service.aws_clients import aws_client
from tests.support.fault_proxy import Fault, FaultProxy
from tests.support.proxied_drivers import ProxiedDrivers, proxied_drivers
from tests.support.sales_job import RECEIVED
from tests.support.sales_table import SALES, Row


@dataclass(kw_only=True)
class SalesWorld:
    """One bucket, and one table in the catalogue."""

    drivers: ProxiedDrivers
    bucket: str

    def __post_init__(self) -> None:
        self.s3: Any = aws_client("s3", endpoint=self.drivers.endpoint, region=REGION)
        self.glue: Any = aws_client("glue", endpoint=self.drivers.endpoint, region=REGION)
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

    @property
    def proxy(self) -> FaultProxy:
        return self.drivers.proxy

    @property
    def _job(self) -> list[str]:
        places = ["--silver_bucket", self.bucket, "--silver_database", self.database]
        return ["-m", "tests.support.sales_job", *places]

    def start(self) -> subprocess.Popen[str]:
        return self.drivers.start(*self._job)

    def run(self, **variables: str) -> str:
        """A run to its good end; its last line."""
        return self.drivers.run(*self._job, **variables)

    def killed_at(self, fault: Fault) -> None:
        """A run that is killed with all its processes the moment ``fault`` befalls it."""
        self.drivers.killed_at(fault, *self._job)

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


@contextmanager
def sales_world(folder: Path) -> Iterator[SalesWorld]:
    """Up while the block runs."""
    bucket = f"silver-{uuid.uuid4().hex[:8]}"
    with proxied_drivers(folder, bucket) as drivers:
        yield SalesWorld(drivers=drivers, bucket=bucket)
