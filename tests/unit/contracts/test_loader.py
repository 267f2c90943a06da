import json
from pathlib import Path

import pytest

from contracts import load_contract, load_contracts, runtime_document, within_years
from contracts.data_dictionary import PAGE, data_dictionary
from contracts.loader import FOLDER

VALID = (FOLDER / "quarantine.odcs.yaml").read_text(encoding="utf-8")


def broken(tmp_path: Path, old: str, new: str) -> Path:
    assert old in VALID
    (tmp_path / "broken.odcs.yaml").write_text(VALID.replace(old, new, 1), encoding="utf-8")
    return tmp_path


def test_every_contract_of_the_folder_loads() -> None:
    assert {f"{name}.odcs.yaml" for name in load_contracts()} == {path.name for path in FOLDER.glob("*.yaml")}


def test_files_and_path_share_the_columns_between_them() -> None:
    orders = load_contract("orders")
    assert [column.name for column in orders.partitions] == ["year", "month", "day", "hour"]
    assert orders.columns == orders.data_columns + orders.partitions


def test_personal_data_is_known_by_its_kind() -> None:
    event = load_contract("order_event")
    (customer,) = [column for column in event.columns if column.name == "customer"]
    assert {f.name: f.pii for f in customer.fields} == {"id": None, "email": "email", "phone": "phone", "name": "name"}


def test_no_table_holds_personal_data() -> None:
    tables = [contract for contract in load_contracts().values() if contract.database]
    assert [column.name for table in tables for column in table.columns if column.pii] == []


def test_the_runtime_document_carries_rules_and_members() -> None:
    document = json.loads(runtime_document(load_contract("order_event")))
    columns = {column["name"]: column for column in document["columns"]}
    assert columns["event_type"]["enum"] == ["order_placed", "order_cancelled", "order_adjusted"]
    assert "stock_code" in {field["name"] for field in columns["items"]["fields"]}


def test_an_unknown_contract_is_refused_with_the_ones_there_are() -> None:
    with pytest.raises(ValueError, match="no such contract; there are: archived_event, clickstream, crm_customers"):
        load_contract("order")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("apiVersion: v3.1.0", "apiVersion: v2.2.0", "expected v3.1.x"),
        ("physicalType: bigint", "physicalType: number", "unknown physicalType 'number'"),
        ("physicalType: bigint", "physicalType: struct", "needs members"),
        ('description: "The record as text', "description: The record, as text", "has no value; quote a text"),
    ],
)
def test_a_broken_contract_is_refused_with_its_file_and_its_fault(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(ValueError, match=rf"broken\.odcs\.yaml: .*{message}"):
        load_contract("broken", broken(tmp_path, old, new))


def test_the_data_dictionary_is_what_the_contracts_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == data_dictionary(), "write it again with: make docs"


def test_the_years_of_an_environment_bound_the_partition_and_nothing_else() -> None:
    orders = load_contract("orders")
    bounded = within_years(orders, 2025, 2030)
    (year,) = [column for column in bounded.columns if column.name == "year"]
    assert (year.option("minimum"), year.option("maximum")) == (2025, 2030)
    assert [c for c in bounded.columns if c is not year] == [c for c in orders.columns if c.name != "year"]
