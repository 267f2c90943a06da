import json
from pathlib import Path
from typing import Any

from deploy.kept_values import OVERRIDE, VERSION, existing_values, keep_values


def plan(secret: str | None, actions: tuple[str, ...] = ("create",)) -> dict[str, Any]:
    after = {"secret_id": secret} if secret else {}
    change = {"actions": list(actions), "after": after}
    return {"resource_changes": [{"address": f"{VERSION}.Value", "type": VERSION, "change": change}]}


def test_a_secret_that_has_a_value_is_not_to_get_a_new_one() -> None:
    assert existing_values(plan("arn:masking"), lambda arn: arn == "arn:masking") == {f"{VERSION}.Value"}


def test_a_secret_without_a_value_or_not_yet_known_gets_its_first_one() -> None:
    assert existing_values(plan("arn:masking"), lambda _: False) == set()
    assert existing_values(plan(None), lambda _: True) == set()


def test_a_value_that_stands_in_the_state_is_left_alone() -> None:
    assert existing_values(plan("arn:masking", ("no-op",)), lambda _: True) == set()


def test_the_version_is_made_under_another_label_until_that_is_taken_back(tmp_path: Path) -> None:
    keep_values(tmp_path, {f"{VERSION}.Value"})
    override = json.loads((tmp_path / OVERRIDE).read_text(encoding="utf-8"))
    assert override == {"resource": {VERSION: {"Value": {"version_stages": ["adopted"]}}}}
    keep_values(tmp_path, set())
    assert list(tmp_path.iterdir()) == []
