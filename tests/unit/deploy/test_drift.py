from typing import Any

from deploy.drift import drifted


def change(before: dict[str, Any] | None, after: dict[str, Any] | None) -> dict[str, Any]:
    actions = ["delete"] if after is None else ["update"]
    return {"address": "aws_s3_bucket.Lake", "change": {"actions": actions, "before": before, "after": after}}


def told(*changes: dict[str, Any]) -> list[str]:
    return [str(drift) for drift in drifted({"resource_drift": list(changes)})]


def test_drift_names_the_resource_and_what_was_changed() -> None:
    found = told(change({"tags": {"a": "1"}, "bucket": "lake"}, {"tags": {"a": "2"}, "bucket": "lake"}))
    assert found == ["aws_s3_bucket.Lake: tags changed"]


def test_what_was_deleted_by_hand_is_gone() -> None:
    assert told(change({"bucket": "lake"}, None)) == ["aws_s3_bucket.Lake: gone"]


def test_unset_and_empty_are_the_same() -> None:
    assert told(change({"tags": None, "rules": []}, {"tags": {}, "rules": None})) == []


def test_a_flag_that_was_switched_off_is_drift() -> None:
    assert told(change({"versioned": True}, {"versioned": False})) == ["aws_s3_bucket.Lake: versioned changed"]


def test_a_plan_without_drift_has_none() -> None:
    assert drifted({}) == []
