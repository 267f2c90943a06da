from pathlib import Path

import pytest

from contracts import load_contract, load_contracts, most_sensitive
from contracts.loader import FOLDER
from contracts.sensitivity import sensitivity_of


def test_a_classification_says_how_sensitive_a_column_is() -> None:
    found = [sensitivity_of(text) for text in ("", "token", "pii_email", "personal")]
    assert found == ["none", "token", "personal", "personal"]


def test_a_classification_nobody_knows_is_refused_with_the_file_and_those_there_are(tmp_path: Path) -> None:
    valid = (FOLDER / "quarantine.odcs.yaml").read_text(encoding="utf-8")
    (tmp_path / "wrong.odcs.yaml").write_text(valid.replace("classification: personal", "classification: secret"))
    with pytest.raises(ValueError, match=r"wrong\.odcs\.yaml: unknown classification 'secret'; there are: pii_<kind>"):
        load_contract("wrong", tmp_path)


def test_the_strictest_counts() -> None:
    assert most_sensitive("none", "personal", "token") == "personal"
    assert most_sensitive() == "none"


def test_a_document_is_as_sensitive_as_its_most_sensitive_member() -> None:
    (customer,) = [column for column in load_contract("order_event").columns if column.name == "customer"]
    assert customer.sensitivity == "personal"


def test_the_view_called_like_the_contract_shows_nothing_sensitive_where_another_shows_all() -> None:
    orders = load_contract("orders")
    assert {c.sensitivity for c in orders.view_columns} == {"none"}
    assert {c.name for c in orders.columns} - {c.name for c in orders.view_columns} == {
        "customer_email_token",
        "customer_phone_token",
        "customer_name_token",
        "ip_address_token",
        "_extra",
    }


def test_every_sensitive_table_of_silver_that_is_read_through_views_has_one_for_everybody() -> None:
    for contract in load_contracts().values():
        sensitive = any(column.sensitivity != "none" for column in contract.columns)
        if contract.views and contract.database == "silver" and sensitive:
            assert contract.full_as, f"{contract.name}: name a view for all columns (fullAs), or analysts have none"
