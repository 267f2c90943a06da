"""What contracts of file sources say beyond those of events."""

import json
from pathlib import Path

import pytest

from config.sources import SOURCES, file_sources
from contracts import load_contract, runtime_document
from contracts.loader import FOLDER

CUSTOMERS = (FOLDER / "crm_customers.odcs.yaml").read_text(encoding="utf-8")
NAMES = [source.name for source in file_sources(SOURCES)]
# Words for what may not stand in clear, as sources call it.
DIRECT = (
    "mail",
    "phone",
    "firstname",
    "first_name",
    "lastname",
    "last_name",
    "address1",
    "zipcode",
    "city",
    "username",
)


def broken(tmp_path: Path, old: str, new: str) -> Path:
    assert old in CUSTOMERS
    (tmp_path / "broken.odcs.yaml").write_text(CUSTOMERS.replace(old, new, 1), encoding="utf-8")
    return tmp_path


def test_a_column_says_where_its_value_stands_in_the_source() -> None:
    users = {column.name: column.source for column in load_contract("crm_users").source_columns}
    assert users["country"] == "addresses.0.country"
    assert users["gender"] == "gender"


def test_the_runtime_document_carries_what_the_function_fills_columns_by() -> None:
    customers = json.loads(runtime_document(load_contract("crm_customers")))
    columns = {column["name"]: column for column in customers["columns"]}
    assert customers["ignored_source_columns"] == ["Prefix"]
    assert columns["email_token"]["tokenOf"] == "email"
    assert columns["annual_income"]["dropCharacters"] == "$,"
    assert columns["birth_year"]["datePart"] == "year"
    assert columns["customer_key"]["key"] is True
    assert json.loads(runtime_document(load_contract("erp_sales")))["partition_by"] == "order_date"


@pytest.mark.parametrize("name", NAMES)
def test_what_tells_who_somebody_is_becomes_a_token_or_is_left_out(name: str) -> None:
    in_clear = [column.source for column in load_contract(name).source_columns if not column.option("tokenOf")]
    assert [source for source in in_clear if any(word in source.lower() for word in DIRECT)] == []


@pytest.mark.parametrize("name", NAMES)
def test_why_the_rest_of_a_person_stays_in_clear_is_written_down(name: str) -> None:
    contract = load_contract(name)
    if any(column.option("tokenOf") for column in contract.columns):
        assert "in clear" in contract.limitations or "left out" in contract.limitations


@pytest.mark.parametrize("name", NAMES)
def test_the_partition_holds_every_date_its_column_may_have(name: str) -> None:
    contract = load_contract(name)
    for column in contract.columns:
        if column.name == contract.partition_by:
            (year,) = [partition for partition in contract.partitions if partition.name == "year"]
            assert int(column.option("minimum")[:4]) == year.option("minimum")
            assert int(column.option("maximum")[:4]) == year.option("maximum")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("tokenOf, value: email", "tokenOf, value: fax", "is the token of 'fax': it needs one of email, phone, name"),
        ("classification: token, ", "", "the classification token and the type string"),
        ("ignoredSourceColumns, value: [Prefix]", "partitionBy, value: birth_year", "'birth_year' is no required date"),
    ],
)
def test_a_contract_that_would_show_clear_text_or_cannot_be_partitioned_is_refused(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(ValueError, match=rf"broken\.odcs\.yaml: .*{message}"):
        load_contract("broken", broken(tmp_path, old, new))
