"""Tables of the tests' own, in each of the formats."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from lib.iceberg_table import IcebergTable
from lib.objects import S3Objects
from lib.parquet_table import ParquetTable
from lib.published_table import PublishedTable
from lib.table_contract import TableContract
from local.embedded_aws.environment import REGION
from local.lake.folder_objects import FolderObjects
from local.lambda_service.aws_clients import aws_client
from tests.support.iceberg_lake import CREDENTIALS, iceberg_lake
from tests.support.sales_table import SALES


@pytest.fixture(scope="session", autouse=True)
def _shipped(platform_contracts: Path) -> None:
    """Every job finds its contracts."""


@pytest.fixture
def folder_objects(tmp_path: Path) -> FolderObjects:
    return FolderObjects(tmp_path / "bucket")


@pytest.fixture(scope="session")
def iceberg_endpoint(spark: SparkSession) -> Iterator[str]:
    """The AWS in which the session finds the catalogue `lake`."""
    with iceberg_lake(spark) as endpoint:
        yield endpoint


@pytest.fixture(params=["parquet", "iceberg"])
def table_format(request: pytest.FixtureRequest) -> str:
    """Every test that asks for a published table is run with both formats."""
    return str(request.param)


@pytest.fixture
def open_table(
    table_format: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Callable[[TableContract], PublishedTable]:
    """Opens a table of the test's own at its last version."""
    if table_format == "parquet":
        objects = request.getfixturevalue("folder_objects")
        return lambda contract: ParquetTable(contract, objects=objects)
    endpoint, spark = request.getfixturevalue("iceberg_endpoint"), request.getfixturevalue("spark")
    for name, value in (CREDENTIALS | {"AWS_ENDPOINT_URL": endpoint}).items():
        monkeypatch.setenv(name, value)
    bucket = f"lake-{uuid.uuid4().hex[:8]}"
    database = bucket.replace("-", "_")
    place = {"CreateBucketConfiguration": {"LocationConstraint": REGION}}
    aws_client("s3", endpoint=endpoint, region=REGION).create_bucket(Bucket=bucket, **place)
    aws_client("glue", endpoint=endpoint, region=REGION).create_database(DatabaseInput={"Name": database})
    objects = S3Objects(bucket)
    return lambda contract: IcebergTable(contract, spark=spark, database=database, objects=objects)


@pytest.fixture
def open_sales(open_table: Callable[[TableContract], PublishedTable]) -> Callable[[], PublishedTable]:
    """Opens the table `SALES` at its last version."""
    return lambda: open_table(SALES)
