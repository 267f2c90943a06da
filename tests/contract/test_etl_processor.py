"""Do the function and its infrastructure agree on names: variables, columns, prefixes?"""

import base64
import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from arro3.io import read_parquet

from config import ENVIRONMENTS, Environment
from config.naming import database_name, function_name, stack_name
from constructs.python_function import ROOT
from contracts import load_contract
from contracts.conflicts import CONFLICT_COLUMNS
from etl_processor.batch import BatchProcessor
from etl_processor.datasets import load_contracts as load_packed
from etl_processor.families import FAMILIES
from etl_processor.settings import VARIABLES
from stacks.event_families import EVENT_DATASETS, EVENT_FAMILIES, EVENT_TABLES
from tests.support.platform import templates
from tests.unit.etl_processor.etl_events import EVENTS, KEY, batch_of, encoded, order, request, step

NAMES = [stack_name(env) for env in ENVIRONMENTS]
TABLES = (*EVENT_TABLES, "quarantine")
ARRIVAL_2026 = 1_782_864_005.0  # 2026-07-01 00:00:05 UTC
# Glue's word for what Arrow calls the type of a written column.
GLUE_TYPES = {
    "Boolean": "boolean",
    "Int32": "int",
    "Int64": "bigint",
    "Timestamp(µs)": "timestamp",
    "Utf8": "string",
}


@pytest.mark.parametrize("name", NAMES)
def test_every_variable_the_function_reads_is_set_and_no_other(name: str) -> None:
    functions = templates()[name].all("aws_lambda_function").values()
    (function,) = [found for found in functions if found["function_name"] == f"{name}-etl-processor"]
    assert set(function["environment"]["variables"]) == set(VARIABLES)


@pytest.mark.parametrize("env", ENVIRONMENTS, ids=NAMES)
@pytest.mark.parametrize("dataset", TABLES)
def test_the_catalog_has_the_columns_of_the_contract_under_each_name(env: Environment, dataset: str) -> None:
    contract = load_contract(dataset)
    for catalogued, expected in contract.catalogued.items():
        table = templates()[stack_name(env)].named("aws_glue_catalog_table", catalogued)
        columns = table["storage_descriptor"]["columns"] + table.get("partition_keys", [])
        assert [(c["name"], c["type"]) for c in columns] == [(c.name, c.type) for c in expected]


@pytest.mark.parametrize("env", ENVIRONMENTS, ids=NAMES)
def test_function_and_catalog_agree_on_the_years_there_are(env: Environment) -> None:
    template = templates()[stack_name(env)]
    first, last = env.event_years
    with zipfile.ZipFile(ROOT / "build" / "functions" / f"{function_name(env, 'etl_processor')}.zip") as package:
        for dataset in TABLES:
            packed = json.loads(package.read(f"etl_processor/contracts/{dataset}.json"))
            (year,) = [column for column in packed["columns"] if column["name"] == "year"]
            table = template.named("aws_glue_catalog_table", str(load_contract(dataset).received_as))
            assert table["parameters"]["projection.year.range"] == f"{first},{last}"
            assert (year["minimum"], year["maximum"]) == (first, last)


@pytest.fixture(scope="module")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package Terraform uploads, unpacked."""
    templates()
    folder = tmp_path_factory.mktemp("package")
    with zipfile.ZipFile(ROOT / "build" / "functions" / "ecommerce-prod-etl-processor.zip") as package:
        package.extractall(folder)
    return folder


@pytest.mark.parametrize("dataset", TABLES)
def test_what_the_function_writes_is_what_the_catalog_says_and_where_it_says(packaged: Path, dataset: str) -> None:
    processor = BatchProcessor(load_packed(packaged / "etl_processor" / "contracts"), KEY)
    records = [encoded(make(occurred_at="2026-06-30T23:59:59Z")) for make in (order, step, request)]
    records.append(b"no event")
    written = processor.process(batch_of(records, arrival=ARRIVAL_2026)).objects
    contract = load_contract(dataset)
    table = templates()["ecommerce-prod"].named("aws_glue_catalog_table", str(contract.received_as))
    location = table["storage_descriptor"]["location"]
    (found,) = [item for item in written if _is_below(location, item.zone, item.key)]
    schema = read_parquet(BytesIO(found.body)).read_all().schema
    columns = [(field.name, _glue_type(str(field.type))) for field in (schema.field(name) for name in schema.names)]
    assert columns == [(c["name"], c["type"]) for c in table["storage_descriptor"]["columns"]]


def test_the_families_are_those_of_the_code_with_the_tables_it_writes() -> None:
    assert list(EVENT_FAMILIES) == [family.EVENT for family in FAMILIES]
    assert EVENT_FAMILIES == EVENTS


@pytest.mark.parametrize("dataset", EVENT_DATASETS)
def test_every_contract_of_a_family_is_packed_with_the_function(packaged: Path, dataset: str) -> None:
    assert (packaged / "etl_processor" / "contracts" / f"{dataset}.json").is_file()


@pytest.mark.parametrize("env", ENVIRONMENTS, ids=NAMES)
@pytest.mark.parametrize("family", EVENT_FAMILIES)
def test_conflicts_are_catalogued_beside_what_they_are_conflicts_of(env: Environment, family: str) -> None:
    table = EVENT_FAMILIES[family][0]
    view = templates()[stack_name(env)].named("aws_glue_catalog_table", f"{table}_conflicts")
    columns = [(c["name"], c["type"]) for c in view["storage_descriptor"]["columns"]]
    assert columns == [(column.name, column.type) for column in CONFLICT_COLUMNS]
    text = view["view_original_text"].removeprefix("/* Presto View: ").removesuffix(" */")
    sql = json.loads(base64.b64decode(text))["originalSql"]
    assert f"FROM {table}_received" in sql
    assert f"FROM {database_name(env, 'quarantine')}.quarantine_received" in sql


def _is_below(location: str, zone: str, key: str) -> bool:
    """Whether an object of a zone lies below ``s3://${aws_s3_bucket.Storage_<Zone>_Bucket...}/<prefix>/``."""
    bucket, _, prefix = location.removeprefix("s3://").partition("/")
    return f"_{zone.capitalize()}_Bucket" in bucket and key.startswith(prefix)


def _glue_type(arrow_type: str) -> str:
    """Glue's word for ``arro3.core.DataType<Utf8>``."""
    name = arrow_type.strip().removeprefix("arro3.core.DataType<").removesuffix(">")
    if name.startswith("Decimal128"):
        return "decimal" + name.removeprefix("Decimal128").replace(" ", "")
    return GLUE_TYPES[name]
