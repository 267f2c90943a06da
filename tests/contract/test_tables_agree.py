"""Does every table have the same columns, of the same types, in the same order, wherever somebody describes it?

The contract, Glue's catalogue, the schemas of Spark, and the files of the functions; those of the jobs are beside the
jobs' tests (test_published_files).
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql.types import StructType

from contracts import Contract, load_contracts, runtime_document
from contracts.captured_tables import captured_contracts
from contracts.job_document import job_document
from etl_processor.batch import BatchProcessor
from etl_processor.datasets import load_contracts as load_all_packed
from lib.table_contract import load_contract as load_shipped
from shared.runtime_contract import load_contract as load_packed
from shared.table_object import TableFormat
from stacks.event_families import EVENT_FAMILIES, EVENT_TABLES
from tests.support.platform import templates
from tests.support.table_types import Typed, of_catalogue, of_contract, of_parquet
from tests.unit.etl_processor.etl_events import batch_of, encoded, order, request, step

PROD = "ecommerce-prod"
# Production has no such table: its archive keeps bytes.
LEFT_OUT = ("archived_event",)
CONTRACTS = load_contracts() | captured_contracts()
TABLES = {name: contract for name, contract in CONTRACTS.items() if contract.database and name not in LEFT_OUT}
RECEIVED = [name for name, contract in TABLES.items() if contract.received_as]
PUBLISHED = [name for name, contract in TABLES.items() if contract.is_published]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The contracts as the jobs carry them."""
    parent = tmp_path_factory.mktemp("agreed")
    folder = parent / "platform_contracts"
    folder.mkdir()
    (folder / "__init__.py").touch()
    for name, contract in TABLES.items():
        (folder / f"{name}.json").write_bytes(job_document(contract))
    known = sys.modules.pop("platform_contracts", None)
    sys.path.insert(0, str(parent))
    yield
    sys.path.remove(str(parent))
    sys.modules.pop("platform_contracts", None)
    if known:
        sys.modules["platform_contracts"] = known


def of_spark(schema: StructType) -> Typed:
    return [(field.name, field.dataType.simpleString()) for field in schema]


def test_there_are_tables_of_every_kind() -> None:
    assert {"orders", "customers", "daily_sales", "sakila_payment", "sakila_payment_changes"} <= set(PUBLISHED)
    assert {"orders", "clickstream", "crm_users", "quarantine"} <= set(RECEIVED)


@pytest.mark.parametrize("name", TABLES)
def test_the_catalogue_has_the_contracts_columns_under_every_name(name: str) -> None:
    for catalogued, columns in TABLES[name].catalogued.items():
        found = of_catalogue(templates()[PROD].named("aws_glue_catalog_table", catalogued))
        assert found == of_contract(columns)


def test_no_table_of_the_catalogue_is_without_a_contract() -> None:
    described = {catalogued for contract in TABLES.values() for catalogued in contract.catalogued}
    for table in templates()[PROD].all("aws_glue_catalog_table").values():
        assert table["name"] in described or table["name"].endswith("_conflicts")


@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize("name", PUBLISHED)
def test_what_a_job_publishes_has_the_columns_of_the_catalogues_table(name: str) -> None:
    contract = load_shipped(name)
    assert of_spark(contract.schema) == of_contract(TABLES[name].published_columns)
    assert contract.keys == TABLES[name].keys


@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize("name", RECEIVED)
def test_what_a_job_reads_of_received_files_has_the_columns_of_the_catalogues_table(name: str) -> None:
    assert of_spark(load_shipped(name).received_schema) == of_contract(TABLES[name].columns)


@pytest.mark.parametrize("name", RECEIVED)
def test_a_function_writes_files_of_the_contracts_columns(name: str, tmp_path: Path) -> None:
    written = of_parquet(file_of_a_function(TABLES[name], tmp_path))
    assert written == of_contract(TABLES[name].data_columns)


def file_of_a_function(contract: Contract, folder: Path) -> bytes:
    """A file without rows, by what every function writes its files with."""
    (folder / f"{contract.name}.json").write_bytes(runtime_document(contract))
    names = [column.name for column in contract.data_columns]
    table = TableFormat(load_packed(folder, contract.name), columns=names, distinct=())
    return table.parquet({name: table.array(name, []) for name in names})


def test_so_are_the_files_that_events_become(tmp_path: Path) -> None:
    for name in (*EVENT_FAMILIES, *EVENT_TABLES, "quarantine"):
        (tmp_path / f"{name}.json").write_bytes(runtime_document(load_contracts()[name]))
    processor = BatchProcessor(load_all_packed(tmp_path), b"k" * 64)
    records = [*map(encoded, (order(), step(), request())), b"no event"]
    objects = processor.process(batch_of(records)).objects
    assert {item.table for item in objects} == {*EVENT_TABLES, "quarantine"}
    for item in objects:
        assert of_parquet(item.body) == of_contract(TABLES[item.table].data_columns)
