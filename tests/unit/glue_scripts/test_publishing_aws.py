"""What publishing asks of AWS itself: objects created once, partitions registered by differences."""

from collections.abc import Iterator
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from lib.catalogue import GlueCatalogue
from lib.objects import S3Objects
from local.embedded_aws.environment import LOOP_BACK, REGION, environment
from local.lambda_service.aws_clients import aws_client
from tests.support.fault_proxy import Fault, FaultProxy, fault_proxy

Locations = dict[tuple[str, ...], str]
BUCKET, DATABASE = "silver", "silver_db"
KINDS = ("Create", "Update", "Delete")
TABLE = {
    "Name": "sales",
    "PartitionKeys": [{"Name": "year", "Type": "int"}],
    "StorageDescriptor": {"Columns": [{"Name": "sale_id", "Type": "string"}], "InputFormat": "parquet"},
}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address=LOOP_BACK, port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def proxy(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultProxy]:
    """An AWS with a bucket and a table, reached through a proxy by whoever reads the environment."""
    aws_client("s3", endpoint=endpoint).create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    glue = aws_client("glue", endpoint=endpoint)
    glue.create_database(DatabaseInput={"Name": DATABASE})
    glue.create_table(DatabaseName=DATABASE, TableInput=TABLE)
    with fault_proxy(endpoint) as proxy:
        for name, value in environment(proxy.endpoint).items():
            monkeypatch.setenv(name, value)
        yield proxy
    objects = S3Objects(BUCKET)
    objects._s3 = aws_client("s3", endpoint=endpoint)
    objects.delete([found.key for found in objects.listed("")])
    objects._s3.delete_bucket(Bucket=BUCKET)
    glue.delete_table(DatabaseName=DATABASE, Name="sales")
    glue.delete_database(Name=DATABASE)


def registered(endpoint: str) -> dict[tuple[str, ...], dict[str, Any]]:
    pages = aws_client("glue", endpoint=endpoint).get_paginator("get_partitions")
    found = pages.paginate(DatabaseName=DATABASE, TableName="sales")
    return {tuple(entry["Values"]): entry["StorageDescriptor"] for page in found for entry in page["Partitions"]}


def test_an_object_is_created_once(proxy: FaultProxy) -> None:  # noqa: ARG001
    objects = S3Objects(BUCKET)
    assert objects.create("a", b"first")
    assert not objects.create("a", b"second")
    assert objects.read("a") == b"first"
    objects.write("a", b"third")
    assert objects.read("a") == b"third"


def test_an_object_whose_answer_was_lost_is_known_as_ones_own(proxy: FaultProxy) -> None:
    fault = proxy.plan(Fault(kind="reset_after", method="PUT", path="/a"))
    assert S3Objects(BUCKET).create("a", b"mine")
    assert fault.befell == 1


def test_objects_are_listed_in_order_and_deleted_by_the_thousand(proxy: FaultProxy) -> None:  # noqa: ARG001
    objects = S3Objects(BUCKET)
    for key in ("b/2", "b/1", "c"):
        objects.write(key, key.encode())
    assert [(found.key, found.size, bool(found.etag)) for found in objects.listed("b/")] == [
        ("b/1", 3, True),
        ("b/2", 3, True),
    ]
    objects.delete([f"not there {number}" for number in range(1_001)] + ["b/1"])
    assert [found.key for found in objects.listed("")] == ["b/2", "c"]
    assert objects.read("b/1") is None


def test_partitions_are_made_pointed_anew_and_removed(proxy: FaultProxy, endpoint: str) -> None:
    calls = {name: proxy.plan(Fault(kind="delay", operation=f"Batch{name}Partition", times=99)) for name in KINDS}
    catalogue = GlueCatalogue(DATABASE)
    many: Locations = {(str(year),): f"s3://silver/v=1/year={year}/" for year in range(1900, 2030)}
    assert catalogue.point("sales", many) == 130
    assert {values: found["Location"] for values, found in registered(endpoint).items()} == many
    assert {found["InputFormat"] for found in registered(endpoint).values()} == {"parquet"}
    moved: Locations = {values: location.replace("v=1", "v=2") for values, location in list(many.items())[30:]}
    assert catalogue.point("sales", moved) == 130
    assert {values: found["Location"] for values, found in registered(endpoint).items()} == moved
    assert {name: fault.befell for name, fault in calls.items()} == {"Create": 2, "Update": 1, "Delete": 2}
    assert catalogue.point("sales", moved) == 0
    assert {name: fault.befell for name, fault in calls.items()} == {"Create": 2, "Update": 1, "Delete": 2}


def test_partitions_whose_answer_was_lost_are_not_made_twice(proxy: FaultProxy, endpoint: str) -> None:
    proxy.plan(Fault(kind="reset_after", operation="BatchCreatePartition"))
    wanted: Locations = {("2026",): "s3://silver/v=1/year=2026/"}
    GlueCatalogue(DATABASE).point("sales", wanted)
    assert {values: found["Location"] for values, found in registered(endpoint).items()} == wanted


def test_a_table_that_nobody_deployed_is_said_so(proxy: FaultProxy) -> None:  # noqa: ARG001
    with pytest.raises(ValueError, match=r"silver_db.unknown is not in Glue's catalogue; deploy the environment first"):
        GlueCatalogue(DATABASE).point("unknown", {})
