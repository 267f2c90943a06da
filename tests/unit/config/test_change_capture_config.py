import json
from dataclasses import replace
from typing import Any

import pytest

from config import environment
from config.change_capture import ChangeCapture, MySqlSource, ReplicationMachine, ServerlessReplication
from config.network_size import NetworkSize
from config.replication_settings import LOGGED, replication_settings
from config.table_mappings import CapturedSchema, table_mappings

# https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TaskSettings.html
DOCUMENTED = {
    "TargetMetadata",
    "FullLoadSettings",
    "TTSettings",
    "Logging",
    "ControlTablesSettings",
    "StreamBufferSettings",
    "ChangeProcessingTuning",
    "ValidationSettings",
    "ChangeProcessingDdlHandlingPolicy",
    "CharacterSetSettings",
    "BeforeImageSettings",
    "ErrorBehavior",
    "LoopbackPreventionSettings",
    "PostProcessingRules",
    "FailTaskWhenCleanTaskResourceFailed",
}


def rules(*schemas: CapturedSchema) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(table_mappings(schemas))["rules"]
    return found


def test_every_documented_section_of_the_settings_is_stated() -> None:
    settings = json.loads(replication_settings(validates=True))
    assert settings.keys() == DOCUMENTED
    # DMS sets these itself, and refuses to be told.
    assert not {"CloudWatchLogGroup", "CloudWatchLogStream"} & settings["Logging"].keys()
    assert {each["Id"] for each in settings["Logging"]["LogComponents"]} == set(LOGGED)


def test_no_row_is_skipped_and_no_table_emptied_for_the_source_was() -> None:
    settings = json.loads(replication_settings(validates=False))
    policies = {name: value for name, value in settings["ErrorBehavior"].items() if name.endswith("Policy")}
    assert {name for name, value in policies.items() if value != "STOP_TASK"} == {"EventErrorPolicy"}
    assert settings["ErrorBehavior"]["ApplyErrorFailOnTruncationDdl"] is True
    handled = settings["ChangeProcessingDdlHandlingPolicy"]
    assert (handled["HandleSourceTableTruncated"], handled["HandleSourceTableDropped"]) == (False, False)
    assert settings["ValidationSettings"]["EnableValidation"] is False


def test_every_row_gets_the_number_of_its_change_and_the_key_before_it() -> None:
    added = {rule["rule-action"]: rule for rule in rules(CapturedSchema(name="shop"))}
    assert added["add-column"]["expression"] == "$AR_H_CHANGE_SEQ"
    assert added["add-column"]["value"] == "_change_seq"
    assert added["add-before-image-columns"]["before-image-def"]["column-filter"] == "pk-only"


def test_rules_have_numbers_of_their_own_and_never_take_every_database() -> None:
    found = rules(CapturedSchema(name="shop", tables=("a", "b")), CapturedSchema(name="crm"))
    assert len({rule["rule-id"] for rule in found}) == len(found)
    assert {rule["object-locator"]["schema-name"] for rule in found} == {"shop", "crm"}
    with pytest.raises(ValueError, match="'%' is no name"):
        CapturedSchema(name="%")


def test_columns_nobody_needs_never_leave_the_source() -> None:
    found = rules(CapturedSchema(name="shop", dropped=("staff.password",)))
    (removed,) = [rule["object-locator"] for rule in found if rule["rule-action"] == "remove-column"]
    assert removed == {"schema-name": "shop", "table-name": "staff", "column-name": "password"}


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: CapturedSchema(name="shop", dropped=("password",)), "'password' is not table.column"),
        (
            lambda: CapturedSchema(name="shop", dropped=("a.b",), personal=(("a.b", "email"),)),
            "are dropped and personal",
        ),
        (lambda: CapturedSchema(name="shop", tables=()), "no tables; name some"),
        (lambda: ReplicationMachine(instance_class="db.t3.small"), "is none such as dms.r6i.large"),
        (lambda: ReplicationMachine(storage_gb=1), "AWS allows 5 to 6144"),
        (lambda: ServerlessReplication(least_units=3), "least_units is 3; AWS allows 1, 2, 4"),
        (lambda: ServerlessReplication(least_units=8, most_units=4), "8 is more than most_units 4"),
        (lambda: MySqlSource(host="mysql://x/"), "leave out protocol and port"),
        (lambda: MySqlSource(cidrs=("8.8.8.0/24",)), "a VPN leads to private ones"),
        (lambda: MySqlSource(certificate="none.pem"), "there are: on-premises.pem, rds-eu-west-1.pem"),
        (lambda: ChangeCapture(schemas=()), "name what is captured"),
    ],
)
def test_what_dms_would_refuse_is_refused_with_a_remedy(make: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make()


def test_a_machine_that_cannot_reach_secrets_or_athena_is_refused_before_it_is_made() -> None:
    prod = environment("prod")
    closed = NetworkSize(interface_endpoints=("glue",))
    with pytest.raises(ValueError, match="calls secretsmanager, athena from inside; add them"):
        replace(prod, network=closed)
    with pytest.raises(ValueError, match="change capture stands in a network"):
        replace(prod, network=None, database=None, warehouse=None)


def test_a_database_that_writes_no_such_log_cannot_be_followed() -> None:
    dev = environment("dev")
    assert dev.database is not None
    with pytest.raises(ValueError, match="must be MySQL with change_capture=True"):
        replace(dev, database=replace(dev.database, change_capture=False))


def test_the_certificate_that_comes_with_the_repository_signs_no_real_server() -> None:
    assert environment("prod").change_capture == ChangeCapture()
    assert "BEGIN CERTIFICATE" in ChangeCapture().authority
    assert ChangeCapture(source=None).authority != ChangeCapture().authority
