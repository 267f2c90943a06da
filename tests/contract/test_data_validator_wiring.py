"""Do the data_validator and its infrastructure agree on names: variables, documents, columns, prefixes?"""

import json
import zipfile
from pathlib import Path

import pytest

from config import ENVIRONMENTS
from config.naming import stack_name
from config.source import VERDICTS_PREFIX, Source
from config.sources import SOURCES, file_sources
from constructs.python_function import ROOT
from constructs.source_alarms import ACCEPTED, DIMENSION, NAMESPACE, REFUSED
from contracts import load_contract
from data_validator.accounting import account_line
from data_validator.file_contract import ORIGIN as WRITTEN_ORIGIN
from data_validator.registry import VERDICTS, load_registry
from data_validator.settings import VARIABLES
from stacks.file_sources import EVENT_SOURCE, REJECTED_ROWS
from stacks.source_contracts import ORIGIN
from tests.support.platform import templates
from tests.unit.data_validator.validator_fakes import QUARANTINE, SILVER
from tests.unit.data_validator.validator_world import QUARANTINED, world

NAMES = [stack_name(env) for env in ENVIRONMENTS]
FILES = file_sources(SOURCES)
HEADER = b"ReturnDate,TerritoryKey,ProductKey,ReturnQuantity\n"


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The contracts and the registry as production's package carries them."""
    templates()
    folder = tmp_path_factory.mktemp("package")
    with zipfile.ZipFile(ROOT / "build" / "functions" / "ecommerce-prod-data-validator.zip") as package:
        package.extractall(folder)
    return folder / "data_validator" / "contracts"


@pytest.mark.parametrize("name", NAMES)
def test_every_variable_the_function_reads_is_set_and_no_other(name: str) -> None:
    functions = templates()[name].all("aws_lambda_function").values()
    (function,) = [found for found in functions if found["handler"].startswith("data_validator.")]
    assert set(function["environment"]["variables"]) == set(VARIABLES)


def test_the_function_starts_with_what_is_packed_and_knows_every_file_source(packed: Path) -> None:
    registry = load_registry(packed)
    assert {name: source.prefix for name, source in registry.sources.items()} == {s.name: s.prefix for s in FILES}


@pytest.mark.parametrize("source", FILES, ids=[source.name for source in FILES])
def test_the_catalogue_has_the_columns_of_the_contract_under_each_name(source: Source) -> None:
    contract = load_contract(str(source.contract))
    for catalogued, expected in contract.catalogued.items():
        table = templates()["ecommerce-prod"].named("aws_glue_catalog_table", catalogued)
        columns = table["storage_descriptor"]["columns"] + table.get("partition_keys", [])
        assert [(c["name"], c["type"]) for c in columns] == [(c.name, c.type) for c in expected]


def test_what_the_function_writes_lies_where_the_catalogue_looks(packed: Path) -> None:
    validator = world(packed)
    good = b"".join(b"1/19/2015,9,%d,1\n" % product for product in range(400, 700))
    verdict = validator.land("erp_returns/today.csv", HEADER + good + b"1/18/2015,9,313,none\n")
    assert (verdict["rows"]["stored"], verdict["rows"]["quarantined"]) == (300, 1)
    for bucket, table in ((SILVER, "erp_returns"), (QUARANTINE, REJECTED_ROWS)):
        found = templates()["ecommerce-prod"].named("aws_glue_catalog_table", f"{table}_received")
        below = found["storage_descriptor"]["location"].removeprefix("s3://").partition("/")[2]
        assert validator.s3.written(bucket)
        assert all(key.startswith(below) for key in validator.s3.written(bucket))


def test_both_sides_call_things_alike() -> None:
    assert (VERDICTS, QUARANTINED) == (VERDICTS_PREFIX, REJECTED_ROWS)
    assert ORIGIN == WRITTEN_ORIGIN
    assert EVENT_SOURCE in (ROOT / "lambda_src" / "data_validator" / "handler.py").read_text(encoding="utf-8")


def test_the_alarms_ask_for_what_the_function_tells(packed: Path) -> None:
    verdict = world(packed).land("erp_returns/today.csv", HEADER)
    line = json.loads(account_line(verdict, duration_ms=1, now_ms=1))
    (told,) = line["_aws"]["CloudWatchMetrics"]
    assert (told["Namespace"], told["Dimensions"]) == (NAMESPACE, [[DIMENSION]])
    assert {ACCEPTED, REFUSED} <= {metric["Name"] for metric in told["Metrics"]}
    # Silence is told by how often the figure comes, so it must come with every file.
    assert line[ACCEPTED] in (0, 1)
    assert line[DIMENSION] == "erp_returns"
