import json
from dataclasses import replace
from typing import Any

import pytest

from config import Environment, environment
from config.change_capture import ChangeCapture
from config.replication_settings import replication_settings
from config.shop_databases import RECORDS, RENTALS
from config.table_mappings import CapturedSchema
from config.warehouse_replication import warehouse_mappings, warehouse_settings
from config.warehouse_size import OfficeHours, ServerlessWarehouse, WarehouseNodes, WarehouseSize
from config.warehouse_target import WarehouseTarget

PROD = environment("prod")
ENDPOINTS = ("athena", "glue", "redshift", "secretsmanager")


def prod(
    target: WarehouseTarget, *, warehouse: WarehouseSize | None = PROD.warehouse, latency_minutes: int = 15
) -> Environment:
    assert PROD.network is not None
    network = replace(PROD.network, interface_endpoints=ENDPOINTS, functions_inside=False)
    capture = ChangeCapture(warehouse_target=target, latency_minutes=latency_minutes)
    return replace(PROD, network=network, warehouse=warehouse, change_capture=capture, batch=None)


def rules(*schemas: CapturedSchema) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(warehouse_mappings(schemas, WarehouseTarget()))["rules"]
    return found


def test_no_environment_has_it_unless_it_is_asked_for() -> None:
    assert ChangeCapture().warehouse_target is None
    assert prod(WarehouseTarget()).warehouse == PROD.warehouse


def test_what_tells_of_a_person_never_leaves_for_the_warehouse() -> None:
    removed = {
        f"{rule['object-locator']['table-name']}.{rule['object-locator']['column-name']}"
        for rule in rules(RENTALS, RECORDS)
        if rule["rule-action"] == "remove-column"
    }
    for schema in (RENTALS, RECORDS):
        assert {*schema.dropped, *(column for column, _ in schema.personal)} <= removed


def test_two_databases_with_the_same_tables_do_not_meet_and_have_small_letters() -> None:
    renamed = [rule for rule in rules(RENTALS, RECORDS) if rule["rule-action"] == "rename"]
    assert [(rule["object-locator"], rule["rule-target"], rule["value"]) for rule in renamed] == [
        ({"schema-name": "sakila"}, "schema", "shop_sakila"),
        ({"schema-name": "Chinook"}, "schema", "shop_chinook"),
    ]
    small = [rule["rule-target"] for rule in rules(RENTALS) if rule["rule-action"] == "convert-lowercase"]
    assert small == ["table", "column"]


def test_no_column_is_added_and_rules_have_different_numbers() -> None:
    found = rules(RENTALS, RECORDS)
    assert not {"add-column", "add-before-image-columns"} & {rule["rule-action"] for rule in found}
    assert len({rule["rule-id"] for rule in found}) == len(found)


def test_changes_are_written_together_and_errors_stop_the_task_as_on_the_way_into_the_lake() -> None:
    lake = json.loads(replication_settings(validates=False))
    found = json.loads(warehouse_settings(WarehouseTarget(batch_seconds=90, apply_threads=8)))
    assert found.keys() == lake.keys()
    assert found["ErrorBehavior"] == lake["ErrorBehavior"]
    assert found["ChangeProcessingDdlHandlingPolicy"] == lake["ChangeProcessingDdlHandlingPolicy"]
    assert found["TargetMetadata"]["BatchApplyEnabled"] is True
    assert found["TargetMetadata"]["ParallelApplyThreads"] == 8
    tuning = found["ChangeProcessingTuning"]
    assert (tuning["BatchApplyTimeoutMin"], tuning["BatchApplyTimeoutMax"]) == (90, 90)
    assert found["ControlTablesSettings"]["ControlSchema"] == "shop_dms"


def test_a_second_load_empties_the_table_and_leaves_rights_on_it() -> None:
    found = json.loads(warehouse_settings(WarehouseTarget()))
    assert found["FullLoadSettings"]["TargetTablePrepMode"] == "TRUNCATE_BEFORE_LOAD"


def test_it_is_refused_without_a_warehouse_or_with_one_that_sleeps() -> None:
    with pytest.raises(ValueError, match="there is no warehouse; set warehouse, or warehouse_target to None"):
        prod(WarehouseTarget(), warehouse=None)
    with pytest.raises(ValueError, match=r"the warehouse pauses; set warehouse\.pause to None"):
        prod(WarehouseTarget(), warehouse=WarehouseNodes(pause=OfficeHours()))


def test_it_is_refused_where_dms_cannot_call_redshift() -> None:
    with pytest.raises(ValueError, match=r"DMS calls redshift from inside; add it to network\.interface_endpoints"):
        replace(PROD, change_capture=ChangeCapture(warehouse_target=WarehouseTarget()))


def test_batches_that_would_use_up_a_serverless_warehouse_are_refused() -> None:
    with pytest.raises(ValueError, match=r"wakes the serverless warehouse for 768 RPU hours a day.* is 100"):
        prod(WarehouseTarget(), warehouse=ServerlessWarehouse())
    prod(WarehouseTarget(batch_seconds=900), warehouse=ServerlessWarehouse(), latency_minutes=30)


def test_lateness_that_is_meant_alarms_nobody() -> None:
    with pytest.raises(ValueError, match="batch_seconds 600 is more than half of latency_minutes 15"):
        prod(WarehouseTarget(batch_seconds=600))


@pytest.mark.parametrize(
    ("differences", "message"),
    [
        ({"schema_prefix": "Shop_"}, "schema_prefix 'Shop_' is none such as shop_"),
        ({"schema_prefix": "shop"}, "end with _"),
        ({"batch_seconds": 0}, "batch_seconds is 0; use 1 to 3600"),
        ({"apply_threads": 33}, "apply_threads is 33; AWS allows 0 to 32"),
        ({"max_file_mb": 2_000}, "max_file_mb is 2000; AWS allows 1 to 1024"),
        ({"upload_streams": 65}, "upload_streams is 65; AWS allows 1 to 64"),
    ],
)
def test_what_dms_would_refuse_is_refused_here(differences: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        WarehouseTarget(**differences)
