"""Does the registry alone make what a source needs, one more too?"""

import json
import zipfile
from pathlib import Path

import pytest

from config import Environment
from config.file_format import FileFormat
from config.naming import function_name
from config.source import Source
from config.sources import SOURCES, check_sources
from constructs.python_function import ROOT
from contracts.loader import FOLDER
from stacks.source_contracts import with_contracts
from tests.support.source_world import file_sources_layer
from tests.support.synthesis import Template, synthesized

SUPPLIERS = Source(
    name="suppliers",
    kind="file",
    contract="suppliers",
    owner="purchasing",
    schedule="weekly",
    freshness_hours=168,
    error_threshold=0.1,
    format=FileFormat(
        kind="csv",
        encoding="utf-16",
        delimiter="+|",
        quote=None,
        row_end="&|\n",
        header=False,
        columns=("SupplierID", "Name", "Phone", "rowguid"),
    ),
)
CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: urn:ecommerce:contract:suppliers
name: suppliers
version: 1.0.0
status: active
description: {purpose: Who we buy from., limitations: None known.}
team: {name: purchasing}
customProperties:
  - {property: database, value: silver}
  - {property: zone, value: silver}
  - {property: receivedAs, value: suppliers_received}
  - {property: fullAs, value: suppliers_with_tokens}
  - {property: ignoredSourceColumns, value: [rowguid]}
schema:
  - name: suppliers
    physicalType: table
    properties:
      - name: supplier_id
        physicalType: bigint
        required: true
        primaryKey: true
        customProperties: [{property: sourceName, value: SupplierID}]
      - name: name
        physicalType: string
        required: true
        customProperties: [{property: sourceName, value: Name}]
      - name: phone_token
        physicalType: string
        classification: token
        customProperties: [{property: sourceName, value: Phone}, {property: tokenOf, value: phone}]
      - {name: _source_file, physicalType: string, required: true}
      - {name: _source_line, physicalType: int, required: true}
      - {name: _file_sha256, physicalType: string, required: true}
      - {name: _arrival_ts, physicalType: timestamp, required: true}
"""


def a_contract(folder: Path, old: str = "", new: str = "") -> Path:
    """The folder of the contracts as it would be with one more source's in it, or a wrong one."""
    for path in FOLDER.glob("*.odcs.yaml"):
        (folder / path.name).symlink_to(path)
    assert old in CONTRACT
    (folder / "suppliers.odcs.yaml").write_text(CONTRACT.replace(old, new, 1), encoding="utf-8")
    return folder


@pytest.fixture
def one_more(env: Environment, tmp_path: Path) -> Template:
    """What the layer becomes with one more source: an entry and a contract, nothing else."""
    sources = with_contracts(check_sources([*SOURCES, SUPPLIERS]), a_contract(tmp_path))
    return synthesized(lambda stack: file_sources_layer(stack, env, sources))


def test_a_new_sources_files_wake_the_function(one_more: Template) -> None:
    pattern = json.loads(one_more.one("aws_cloudwatch_event_rule")["event_pattern"])
    assert {"prefix": "suppliers/"} in pattern["detail"]["object"]["key"]


def test_the_function_is_told_of_a_new_source_and_may_read_and_write_where_it_must(
    one_more: Template, env: Environment
) -> None:
    package = ROOT / "build" / "functions" / f"{function_name(env, 'data_validator')}.zip"
    with zipfile.ZipFile(package) as packed:
        registry = json.loads(packed.read("data_validator/contracts/sources.json"))["sources"]
        contract = json.loads(packed.read("data_validator/contracts/suppliers.json"))
    assert registry["suppliers"]["format"]["delimiter"] == "+|"
    assert registry["suppliers"]["error_threshold"] == 0.1
    assert contract["ignored_source_columns"] == ["rowguid"]
    resources = {arn for statement in one_more.statements() for arn in statement.get("resources") or ()}
    assert {arn.partition("/")[2] for arn in resources} >= {"suppliers/*"}


def test_a_new_source_is_a_table_and_its_views(one_more: Template) -> None:
    table = one_more.named("aws_glue_catalog_table", "suppliers_received")
    assert table["storage_descriptor"]["location"].endswith("/suppliers/")
    shown = one_more.named("aws_glue_catalog_table", "suppliers")["storage_descriptor"]["columns"]
    full = one_more.named("aws_glue_catalog_table", "suppliers_with_tokens")["storage_descriptor"]["columns"]
    assert [c["name"] for c in full if c not in shown] == ["phone_token"]


def test_a_new_source_that_is_silent_or_refused_is_told_of(one_more: Template) -> None:
    alarms = {alarm["alarm_name"]: alarm for alarm in one_more.all("aws_cloudwatch_metric_alarm").values()}
    silent = alarms["ecommerce-test-suppliers-silent"]
    assert (silent["period"], silent["evaluation_periods"], silent["treat_missing_data"]) == (3_600, 168, "breaching")
    assert silent["dimensions"] == {"Source": "suppliers"}
    assert alarms["ecommerce-test-suppliers-refused"]["metric_name"] == "FilesRefused"


def test_the_function_reads_the_sources_and_nothing_else_of_bronze(one_more: Template) -> None:
    reads = [s for s in one_more.statements() if "s3:GetObject" in s["actions"] and "bronze" in str(s).lower()]
    below = {arn.partition("/")[2] for statement in reads for arn in statement["resources"]}
    assert below == {f"{name}/*" for name in ("_verdicts", "suppliers", *(s.name for s in SOURCES if s.kind == "file"))}


def test_the_function_speaks_on_the_bus_in_its_own_name_only(one_more: Template) -> None:
    (tells,) = [s for s in one_more.statements() if s["actions"] == ["events:PutEvents"]]
    assert tells["condition"][0]["values"] == ["ecommerce.data_validator"]
    assert tells["resources"] == ["arn:aws:events:eu-west-1:123456789012:event-bus/default"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("value: silver}", "value: gold}", "is no table of silver"),
        ("        primaryKey: true\n", "", "has no primaryKey"),
        ("      - {name: _arrival_ts, physicalType: timestamp, required: true}\n", "", "does not end with the columns"),
        ("value: [rowguid]", "value: [Fax]", r"names \['Fax'\]; the files' columns are SupplierID, Name"),
        ("value: [rowguid]", "value: []", r"says nothing of \['rowguid'\]"),
        ("value: [rowguid]", "value: [rowguid, Phone]", r"takes \['Phone'\] and ignores them"),
        ("value: [rowguid]}", "value: [rowguid]}\n  - {property: partitionBy, value: name}", "is no required date"),
    ],
)
def test_a_contract_that_does_not_fit_its_source_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        with_contracts([SUPPLIERS], a_contract(tmp_path, old, new))
