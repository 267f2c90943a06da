import json
from typing import Any

from deploy.orphan_ids import Caller, Import, candidates, not_there

CALLER = Caller(account="111111111111", region="eu-west-1")


def change(type_: str, actions: tuple[str, ...] = ("create",), **values: Any) -> dict[str, Any]:
    return {"address": f"{type_}.X", "type": type_, "change": {"actions": list(actions), "after": values}}


def found(*changes: dict[str, Any], looked_up: str | None = None) -> dict[str, str]:
    imports = candidates({"resource_changes": list(changes)}, caller=CALLER, lookup=lambda *_: looked_up)
    return {one.address: one.id for one in imports}


def test_what_has_a_name_is_looked_for_by_it() -> None:
    assert found(
        change("aws_s3_bucket", bucket="lake"),
        change("aws_glue_catalog_table", database_name="silver", name="orders"),
        change("aws_iam_policy", path="/", name="boundary"),
    ) == {
        "aws_s3_bucket.X": "lake",
        "aws_glue_catalog_table.X": "111111111111:silver:orders",
        "aws_iam_policy.X": "arn:aws:iam::111111111111:policy/boundary",
    }


def test_what_exists_in_the_state_is_left_alone() -> None:
    assert found(change("aws_s3_bucket", ("update",), bucket="lake"), change("aws_s3_bucket", ("no-op",))) == {}


def test_a_name_known_only_later_waits_for_the_next_round() -> None:
    assert found(change("aws_glue_catalog_table", name="orders")) == {}


def test_what_is_merely_set_on_something_else_is_set_again() -> None:
    assert found(change("aws_s3_bucket_policy", bucket="lake", policy="{}")) == {}


def test_what_has_no_name_is_asked_for_at_aws() -> None:
    assert found(change("aws_kms_key", description="lake"), looked_up="1234-abcd") == {"aws_kms_key.X": "1234-abcd"}
    assert found(change("aws_vpc", tags={"Name": "shop"}), looked_up=None) == {}


def test_a_copy_is_looked_for_in_its_own_region() -> None:
    asked: list[str] = []
    plan = {
        "resource_changes": [change("aws_kms_key", description="replica")],
        "configuration": {
            "provider_config": {"aws.replica": {"expressions": {"region": {"constant_value": "eu-central-1"}}}},
            "root_module": {"resources": [{"address": "aws_kms_key.X", "provider_config_key": "aws.replica"}]},
        },
    }
    candidates(plan, caller=CALLER, lookup=lambda *said: asked.append(said[2]))
    assert asked == ["eu-central-1"]


LAKE, LOGS = Import(address="aws_s3_bucket.Lake", id="lake"), Import(address="aws_s3_bucket.Logs", id="logs")


def output(*events: dict[str, Any]) -> str:
    return "\n".join(json.dumps(event) for event in events)


def error(summary: str, detail: str = "") -> dict[str, Any]:
    return {"type": "diagnostic", "diagnostic": {"severity": "error", "summary": summary, "detail": detail}}


def test_an_import_terraform_names_as_missing_is_taken_back() -> None:
    detail = 'import an existing object to "aws_s3_bucket.Logs", the provider detected that no object exists with'
    assert not_there(output(error("Cannot import non-existent remote object", detail)), {LAKE, LOGS}) == {LOGS}


def test_an_importer_that_does_not_say_what_it_missed_is_found_by_what_was_read() -> None:
    read = {"type": "refresh_complete", "hook": {"resource": {"addr": LAKE.address}}}
    assert not_there(output(read, error("couldn't find resource")), {LAKE, LOGS}) == {LOGS}


def test_any_other_error_takes_nothing_back() -> None:
    assert not_there(output(error("AccessDenied")), {LAKE, LOGS}) == set()
    assert not_there("no JSON at all", {LAKE}) == set()
