import dataclasses
import json
from typing import Any

import pytest

from config.file_format import FileFormat
from config.source import Source
from config.sources import SOURCES, check_sources, file_sources, validator_document
from config.table_mappings import CapturedSchema
from config.validator_size import ValidatorSize
from contracts import load_contracts

NAMES = {
    *("orders", "clickstream", "web_logs", "crm_users", "crm_customers", "crm_emails", "crm_phones"),
    *("erp_products", "erp_sales", "erp_returns", "web_sessions", "mysql"),
}
VALID: dict[str, Any] = {
    "name": "suppliers",
    "kind": "file",
    "owner": "purchasing",
    "schedule": "daily",
    "freshness_hours": 26,
    "contract": "suppliers",
    "format": FileFormat(kind="csv"),
}


def test_there_are_twelve_sources_each_with_an_owner_and_a_schedule() -> None:
    assert {source.name for source in SOURCES} == NAMES
    assert all(source.owner and (source.freshness_hours or source.kind == "database") for source in SOURCES)


def test_every_contract_a_source_names_exists() -> None:
    assert {source.contract for source in SOURCES if source.contract} <= load_contracts().keys()


def test_files_land_below_the_sources_name() -> None:
    assert {source.name: source.prefix for source in file_sources(SOURCES)} == {
        name: f"{name}/" for name in NAMES - {"orders", "clickstream", "web_logs", "mysql"}
    }


def test_the_validator_is_told_of_the_file_sources_and_all_it_needs_of_them() -> None:
    document = json.loads(validator_document(SOURCES))["sources"]
    assert set(document) == {source.name for source in file_sources(SOURCES)}
    customers = document["crm_customers"]
    assert (customers["prefix"], customers["table"], customers["min_rows"]) == ("crm_customers/", "crm_customers", 1)
    assert customers["format"]["encoding"] == "utf-8-sig"
    assert customers["format"]["null_values"] == ["", "NA"]
    assert set(customers["format"]) == {field.name for field in dataclasses.fields(FileFormat)}


def test_what_tells_of_a_person_in_the_databases_is_named() -> None:
    (mysql,) = [source for source in SOURCES if source.kind == "database"]
    personal = {f"{schema.name}.{column}": kind for schema in mysql.schemas for column, kind in schema.personal}
    assert personal["sakila.customer.email"] == "email"
    assert personal["Chinook.Customer.Fax"] == "phone"
    assert set(personal.values()) <= {"email", "phone", "name", "ip"}
    assert "staff.password" in {column for schema in mysql.schemas for column in schema.dropped}


def test_the_same_sources_give_the_same_document() -> None:
    assert validator_document(SOURCES) == validator_document(tuple(reversed(SOURCES)))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name": "Suppliers"}, "'Suppliers': a name has 2 to 41 small letters"),
        ({"kind": "ftp"}, "kind 'ftp' is unknown; there are: file, stream, log, database"),
        ({"owner": ""}, "owner is empty; name who answers"),
        ({"format": None}, "a file source has a format"),
        ({"kind": "stream"}, "a stream source has none"),
        ({"contract": None}, "every other kind a contract"),
        ({"schemas": (CapturedSchema(name="shop"),)}, "and no schemas; this file has .* 1 schemas"),
        ({"landing": "suppliers"}, "it ends with a slash"),
        ({"landing": "events/suppliers/"}, "is the platform's own"),
        ({"schedule": "monthly"}, "'monthly' is unknown; there are: continuous, hourly, daily, weekly"),
        ({"freshness_hours": 12}, r"freshness_hours is 12; use 24 \(daily\) to 168"),
        ({"freshness_hours": 169}, "as long as CloudWatch looks back, or None for no alarm"),
        ({"error_threshold": 1.0}, "error_threshold is 1.0; use 0 .* to below 1"),
        ({"min_rows": 5, "max_rows": 4}, "rows from 5 to 4"),
    ],
)
def test_a_wrong_entry_is_refused_with_its_source_and_the_remedy(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Source(**(VALID | wrong))


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"contract": "vendors"}, "suppliers has the same name or contract"),
        ({"name": "vendors"}, "each table has one source"),
        ({"name": "vendors", "contract": "vendors", "landing": "suppliers/eu/"}, "'suppliers/eu/' overlap"),
    ],
)
def test_two_sources_in_each_others_way_are_refused(other: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_sources([Source(**VALID), Source(**(VALID | other))])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"kind": "xlsx"}, "format kind 'xlsx' is unknown; there are: csv, json_lines, json"),
        ({"encoding": "utf-9"}, "Python knows no encoding 'utf-9'"),
        ({"delimiter": "+|"}, "nothing can be quoted: set quote to None"),
        ({"row_end": "&|\n"}, "nothing can be quoted: set quote to None"),
        ({"delimiter": '"'}, "cannot part columns"),
        ({"header": False}, "name the columns if, and only if"),
        ({"columns": ("a",)}, "name the columns if, and only if"),
        ({"header": False, "columns": ("a", "b", "a")}, "names one twice"),
        ({"kind": "json_lines", "columns": ("a",)}, "JSON names its own members"),
        ({"null_values": "NA"}, "null_values is one text; give a tuple"),
        ({"true_values": ("1",), "false_values": ("0", "1")}, r"\['1'\] mean true and false"),
        ({"date_formats": ("%d.%m.%y",)}, "has no year in four digits"),
    ],
)
def test_a_format_that_cannot_be_read_is_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        FileFormat(**({"kind": "csv"} | wrong))


def test_how_large_a_file_may_be_is_bounded() -> None:
    assert ValidatorSize(max_file_mb=1).visibility_seconds >= 6 * ValidatorSize().timeout_seconds
    with pytest.raises(ValueError, match="max_file_mb is 0"):
        ValidatorSize(max_file_mb=0)


def test_half_of_the_largest_file_finds_room_on_the_functions_disk() -> None:
    assert ValidatorSize(max_file_mb=4_001, storage_mb=2_001).max_file_mb == 4_001
    with pytest.raises(ValueError, match="storage_mb is 2000, max_file_mb 4001; give at least 2001 of storage"):
        ValidatorSize(max_file_mb=4_001, storage_mb=2_000)


def test_rows_without_a_header_between_signs_of_several_characters_can_be_said() -> None:
    raw = FileFormat(
        kind="csv", delimiter="+|", quote=None, row_end="&|\n", header=False, columns=("person", "id", "email")
    )
    assert json.loads(json.dumps(raw.document()))["columns"] == ["person", "id", "email"]
