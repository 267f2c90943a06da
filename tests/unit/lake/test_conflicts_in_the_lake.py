"""Two payloads under one event id in two batches: the function's own objects, read back through the catalogue."""

import base64
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from constructs.conflicting_rows import conflicting_rows
from contracts import Column, load_contract, runtime_document
from contracts.conflicts import CONFLICT_COLUMNS, conflicts_of
from etl_processor.batch import BatchProcessor
from etl_processor.datasets import load_contracts
from local.embedded_aws.environment import REGION
from local.lake.lake import Lake, open_lake
from local.lambda_service.aws_clients import aws_client
from tests.support.lake_tables import CONFLICTS
from tests.unit.etl_processor.etl_events import DATASETS, KEY, batch_of, encoded, entry, order, request, step

ZONES = {"silver": "conflicts_silver", "quarantine": "conflicts_quarantine"}


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    """What three batches leave: first payloads, then others under their ids, then two under one id at once."""
    folder = tmp_path_factory.mktemp("contracts")
    for name in DATASETS:
        (folder / f"{name}.json").write_bytes(runtime_document(load_contract(name)))
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    try:
        catalogue(aws_client("glue", endpoint=endpoint))
        store(aws_client("s3", endpoint=endpoint), folder)
        with open_lake(endpoint=endpoint, region=REGION, databases=list(ZONES.values()), keep=True) as opened:
            yield opened
    finally:
        server.stop()


def store(s3: Any, folder: Path) -> None:
    processor = BatchProcessor(load_contracts(folder), KEY)
    first = [order(1), order(2), step(1), request(1)]
    other = [order(1, country="France"), order(2), step(1, page_path="/"), request(1, status=404)]
    at_once = [order(3), order(3, currency="EUR"), step(event_id="order_placed-3")]
    for bucket in ZONES.values():
        s3.create_bucket(Bucket=bucket_of(bucket), CreateBucketConfiguration={"LocationConstraint": REGION})
    for number, documents in enumerate((first, other, at_once)):
        records = [entry(encoded(document), 10 * number + place) for place, document in enumerate(documents)]
        for item in processor.process(batch_of(records)).objects:
            s3.upload_fileobj(io.BytesIO(item.body), bucket_of(ZONES[item.zone]), item.key)


def bucket_of(database: str) -> str:
    """A bucket's name holds no underscore, a database's no dash that need not be quoted."""
    return database.replace("_", "-")


def catalogue(glue: Any) -> None:
    for database in ZONES.values():
        glue.create_database(DatabaseInput={"Name": database})
    prefixes = {table: table for table in (*CONFLICTS, "order_items")} | {"quarantine": "quarantine/events"}
    for name, prefix in prefixes.items():
        contract = load_contract(name)
        database = ZONES[str(contract.database)]
        partitions = {"PartitionKeys": named(contract.partitions), "Parameters": {"projection.enabled": "true"}}
        table = {"Name": contract.received_as, "TableType": "EXTERNAL_TABLE"} | partitions
        storage = {"Columns": named(contract.data_columns), "Location": f"s3://{bucket_of(database)}/{prefix}/"}
        glue.create_table(DatabaseName=database, TableInput=table | {"StorageDescriptor": storage})
    for name, (source, lines) in CONFLICTS.items():
        contract = load_contract(name)
        refused = f"{ZONES['quarantine']}.quarantine_received"
        of_lines = load_contract(lines) if lines else None
        sql = conflicting_rows(contract, source=source, lines=of_lines, refused=refused)
        document = {"originalSql": sql, "catalog": "awsdatacatalog", "schema": ZONES["silver"], "columns": []}
        text = f"/* Presto View: {base64.b64encode(json.dumps(document).encode()).decode()} */"
        view = {"Name": conflicts_of(contract), "TableType": "VIRTUAL_VIEW", "ViewOriginalText": text}
        storage = {"Columns": named(CONFLICT_COLUMNS)}
        glue.create_table(DatabaseName=ZONES["silver"], TableInput=view | {"StorageDescriptor": storage})


def named(columns: tuple[Column, ...]) -> list[dict[str, str]]:
    return [{"Name": column.name, "Type": column.type} for column in columns]


def test_an_order_that_came_as_two_is_named_and_one_that_came_twice_is_not(lake: Lake) -> None:
    found = lake.rows("SELECT event_id, records, refused FROM orders_conflicts ORDER BY event_id")
    assert found == [("order_placed-1", 2, 0), ("order_placed-3", 1, 1)]


@pytest.mark.parametrize(("table", "event_id"), [("clickstream", "cart_add-1"), ("web_requests", "web-5f0c-1")])
def test_so_are_steps_and_requests(lake: Lake, table: str, event_id: str) -> None:
    assert lake.rows(f"SELECT event_id, records, refused FROM {table}_conflicts") == [(event_id, 2, 0)]  # noqa: S608
