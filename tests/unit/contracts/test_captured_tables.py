"""Do the contracts of captured tables say what is configured, and those of their changes what follows from them?"""

import pytest

from config.shop_databases import RECORDS, RENTALS
from config.table_mappings import CapturedSchema, snake_case
from contracts.captured_tables import CAPTURED, captured_contracts, captured_from
from contracts.contract import Contract
from contracts.job_document import job_document
from local.change_capture.contracts import contract_of, silver_type
from local.change_capture.mapping_rules import read_rules
from local.change_capture.table_shape import Column, Table

STATES = [contract for name, contract in captured_contracts().items() if not name.endswith("_changes")]
RULES = read_rules('{"rules": []}')


def test_all_tables_of_both_databases_have_a_state_and_changes() -> None:
    assert len(STATES) == len(list(CAPTURED.iterdir())) == 27
    assert {f"{state.name}_changes" for state in STATES} | {state.name for state in STATES} == set(captured_contracts())
    assert {str(contract.captured_from).split(".")[0] for contract in captured_from(["sakila"]).values()} == {"sakila"}


@pytest.mark.parametrize("schema", [RENTALS, RECORDS], ids=lambda schema: schema.name)
def test_what_is_personal_is_a_token_and_what_is_dropped_is_not_there(schema: CapturedSchema) -> None:
    tables = captured_from([schema.name])
    for suffix in ("", "_changes"):
        columns = {
            f"{str(table.captured_from).split('.')[1]}.{column.source}": column
            for name, table in tables.items()
            if name.endswith("_changes") == bool(suffix)
            for column in table.columns
        }
        tokens = {place: column.option("tokenOf") for place, column in columns.items() if column.option("tokenOf")}
        assert tokens == dict(schema.personal)
        assert {columns[place].sensitivity for place in tokens} == {"token"}
        assert not set(schema.dropped) & set(columns)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_changes_have_the_states_columns_and_the_key_before(state: Contract) -> None:
    changes = captured_contracts()[f"{state.name}_changes"]
    names = [column.name for column in changes.columns]
    data = [column.name for column in state.data_columns if column.name != "_change_seq"]
    old = [f"_old_{column.name}" for column in state.data_columns if column.key]
    assert names == ["_op", "_change_seq", "_commit_ts", *data, *old, "year", "month", "day"]
    assert changes.keys == ("_change_seq",)
    assert state.published
    assert changes.published
    assert [column.name for column in state.published_partitions] == ["_part"]
    assert f'"captured_from": "{state.captured_from}"' in job_document(changes).decode()


def test_names_become_small() -> None:
    assert [snake_case(name) for name in ("InvoiceLineId", "film_id", "Chinook")] == [
        "invoice_line_id",
        "film_id",
        "chinook",
    ]


def column(name: str, kind: str, written: str = "", **more: int) -> Column:
    return Column(name=name, kind=kind, written=written or kind, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (column("a", "tinyint", "tinyint(3) unsigned"), "int"),
        (column("a", "int"), "int"),
        (column("a", "int", "int(10) unsigned"), "bigint"),
        (column("a", "bigint", "bigint unsigned"), "decimal(20,0)"),
        (column("a", "decimal", precision=10, scale=2), "decimal(10,2)"),
        (column("a", "bit", precision=1), "boolean"),
        (column("a", "datetime"), "timestamp"),
        (column("a", "year"), "int"),
        (column("a", "json"), "string"),
    ],
)
def test_types_are_those_that_silver_has(found: Column, expected: str) -> None:
    assert silver_type("shop.thing", found) == expected


def test_what_has_no_type_no_key_or_a_personal_key_is_refused() -> None:
    blob, text = column("picture", "blob"), column("email", "varchar", "varchar(80)")
    with pytest.raises(
        ValueError, match=r"shop.thing.picture is blob, which silver has no type for: put it in dropped"
    ):
        silver_type("shop.thing", blob)
    keyless = Table(schema="shop", name="thing", columns=(text,), key=())
    with pytest.raises(ValueError, match=r"shop.thing has no key: .* give it one, or leave it out"):
        contract_of(keyless, RULES, {})
    personal = Table(schema="shop", name="thing", columns=(text,), key=("email",))
    with pytest.raises(ValueError, match=r"\['email'\] are of the key and personal"):
        contract_of(personal, RULES, {"shop.thing.email": "email"})
