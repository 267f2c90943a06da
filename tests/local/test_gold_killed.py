"""gold_etl itself, killed at three moments of one delivery: what is read is whole each time, and comes to the files."""

import io
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from lib.gold_tables import GOLD_TABLES
from lib.table_contract import load_contract
from local.embedded_aws.environment import REGION
from local.lambda_service.aws_clients import aws_client
from local.report.gold import differences, expected_daily_sales
from tests.support.fault_proxy import Fault
from tests.support.lake_of_objects import fetch
from tests.support.proxied_drivers import ProxiedDrivers, proxied_drivers
from tests.support.real_gold import RealGold, TwoDeliveries

TABLES = {"silver": ("orders", "order_items", "customers"), "gold": tuple(table.name for table in GOLD_TABLES)}
# In the order in which the job comes to them: each later one is met by the run after the one that was killed before.
MOMENTS = (
    Fault(kind="lose", method="PUT", part="/published/daily_sales/"),
    Fault(kind="lose", operation="BatchUpdatePartition"),
    Fault(kind="lose", method="PUT", part="/_processed/gold_etl/order_facts/"),
)
Digests = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class GoldOnS3:
    """Silver as it was made in folders, and the deployed script that makes gold of it."""

    drivers: ProxiedDrivers
    spark: SparkSession
    folder: Path
    buckets: Mapping[str, str]

    @property
    def s3(self) -> Any:
        return aws_client("s3", endpoint=self.drivers.endpoint, region=REGION)

    @property
    def glue(self) -> Any:
        return aws_client("glue", endpoint=self.drivers.endpoint, region=REGION)

    @property
    def job(self) -> list[str]:
        places = [
            word
            for zone, bucket in self.buckets.items()
            for word in (f"--{zone}_bucket", bucket, f"--{zone}_database", _database(bucket))
        ]
        return ["glue_scripts/gold_etl.py", "--table_format", "parquet", *places]

    def make(self) -> None:
        for zone, bucket in self.buckets.items():
            self.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
            self.glue.create_database(DatabaseInput={"Name": _database(bucket)})
            for name in TABLES[zone]:
                contract = load_contract(name)
                columns = [{"Name": column.name, "Type": column.type} for column in contract.columns]
                keys = [{"Name": column.name, "Type": column.type} for column in contract.partitions]
                storage = {"Columns": columns, "Location": f"s3://{bucket}/published/{name}/"}
                table = {"Name": name, "PartitionKeys": keys, "StorageDescriptor": storage}
                self.glue.create_table(DatabaseName=_database(bucket), TableInput=table)

    def receive(self, silver: Path) -> None:
        """What was published to silver since."""
        for path in sorted(path for path in silver.rglob("*") if path.is_file()):
            key = str(path.relative_to(silver))
            self.s3.put_object(Bucket=self.buckets["silver"], Key=key, Body=path.read_bytes())

    def published(self) -> RealGold:
        """What a job would read now, in a folder of its own."""
        folder = self.folder / uuid.uuid4().hex
        fetch(self.s3, self.buckets["gold"], folder / "gold")
        return RealGold(spark=self.spark, folder=folder)

    def catalogued(self) -> dict[str, int]:
        """How many rows SQL finds in each table; a folder that is named and not there is an error."""
        bucket = self.buckets["gold"]
        return {name: sum(map(self._rows_at, self._locations(bucket, name))) for name in TABLES["gold"]}

    def _locations(self, bucket: str, name: str) -> list[str]:
        found = self.glue.get_partitions(DatabaseName=_database(bucket), TableName=name)["Partitions"]
        return [entry["StorageDescriptor"]["Location"].removeprefix(f"s3://{bucket}/") for entry in found]

    def _rows_at(self, prefix: str) -> int:
        listed = self.s3.list_objects_v2(Bucket=self.buckets["gold"], Prefix=prefix)["Contents"]
        bodies = [self.s3.get_object(Bucket=self.buckets["gold"], Key=entry["Key"])["Body"].read() for entry in listed]
        return sum(int(pq.read_metadata(io.BytesIO(body)).num_rows) for body in bodies)


def _database(bucket: str) -> str:
    return bucket.replace("-", "_")


@pytest.fixture
def gold(spark: SparkSession, platform_contracts: Path, tmp_path: Path) -> Iterator[GoldOnS3]:
    name = uuid.uuid4().hex[:8]
    buckets = {zone: f"{zone}-{name}" for zone in TABLES}
    with proxied_drivers(tmp_path, *buckets.values(), path=[platform_contracts.parent]) as drivers:
        made = GoldOnS3(drivers=drivers, spark=spark, folder=tmp_path, buckets=buckets)
        made.make()
        yield made


def counts(lake: RealGold) -> dict[str, int]:
    return {name: len(lake.gold.rows(name)) for name in TABLES["gold"]}


def mixed(found: Digests, versions: Sequence[Digests]) -> list[str]:
    """The tables that are neither of the versions."""
    return [name for name, digest in found.items() if digest not in {version[name] for version in versions}]


def test_gold_killed_at_three_moments_is_whole_each_time_and_in_the_end_what_the_files_come_to(
    gold: GoldOnS3, all_orders: TwoDeliveries, by_day: Path
) -> None:
    before, after = all_orders.gold_before, all_orders.gold_after
    assert not [name for name in after if after[name] == before[name]], "the second delivery changes every table"
    gold.receive(all_orders.silver_before)
    gold.drivers.run(*gold.job)
    assert gold.published().gold.digests() == before

    gold.receive(all_orders.silver_after)
    for moment in MOMENTS:
        gold.drivers.killed_at(moment, *gold.job)
        found = gold.published()
        assert mixed(found.gold.digests(), (before, after)) == []
        assert all(gold.catalogued().values())
    gold.drivers.run(*gold.job)
    found = gold.published()
    assert found.gold.digests() == after
    assert gold.catalogued() == counts(found)
    assert differences(expected_daily_sales(by_day), found.daily_sales()) == []
    versions = found.gold.versions()
    gold.drivers.run(*gold.job)
    assert gold.published().gold.versions() == versions, "what was made is recorded, so nothing is left to do"
