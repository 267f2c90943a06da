from collections.abc import Callable
from typing import Any

import pytest

Client = Callable[[str], Any]
PRINCIPAL = {"DataLakePrincipalIdentifier": "arn:aws:iam::123456789012:role/analysts"}


def by_tag(*values: str) -> dict[str, Any]:
    expression = [{"TagKey": "sensitivity", "TagValues": list(values)}, {"TagKey": "zone", "TagValues": ["silver"]}]
    return {"LFTagPolicy": {"ResourceType": "TABLE", "Expression": expression}}


@pytest.fixture
def lake(client: Client) -> Any:
    return client("lakeformation")


def permissions(lake: Any, resource: dict[str, Any]) -> list[set[str]]:
    found = lake.list_permissions(Principal=PRINCIPAL, Resource=resource)["PrincipalResourcePermissions"]
    return [set(one["Permissions"]) for one in found]


def test_a_grant_by_tag_is_found_by_its_tags_in_any_order(lake: Any) -> None:
    lake.grant_permissions(Principal=PRINCIPAL, Resource=by_tag("none", "token"), Permissions=["SELECT", "DESCRIBE"])
    assert permissions(lake, by_tag("token", "none")) == [{"SELECT", "DESCRIBE"}]
    assert permissions(lake, by_tag("none")) == []


def test_other_grants_are_listed_as_before(lake: Any) -> None:
    database = {"Database": {"Name": "default"}}
    lake.grant_permissions(Principal=PRINCIPAL, Resource=database, Permissions=["DESCRIBE"])
    assert permissions(lake, database) == [{"DESCRIBE"}]


def test_what_was_granted_twice_is_revoked_at_once_and_then_there_is_nothing_to_revoke(lake: Any) -> None:
    grant: dict[str, Any] = {"Principal": PRINCIPAL, "Resource": by_tag("personal")}
    for _ in range(2):
        lake.grant_permissions(**grant, Permissions=["SELECT", "DESCRIBE", "ALTER"])
    lake.revoke_permissions(**grant, Permissions=["SELECT", "DESCRIBE", "ALTER"])
    assert permissions(lake, by_tag("personal")) == []
    with pytest.raises(lake.exceptions.InvalidInputException, match=r"No permissions revoked\. Grantee has no"):
        lake.revoke_permissions(**grant, Permissions=["SELECT", "DESCRIBE", "ALTER"])


def test_each_column_loses_its_own_tag(lake: Any) -> None:
    lake.create_lf_tag(TagKey="sensitivity", TagValues=["none", "token"])
    columns = {"TableWithColumns": {"DatabaseName": "silver", "Name": "orders", "ColumnNames": ["email", "phone"]}}
    tags = [{"TagKey": "sensitivity", "TagValues": ["token"]}]
    assert lake.add_lf_tags_to_resource(Resource=columns, LFTags=tags)["Failures"] == []
    tagged = lake.get_resource_lf_tags(Resource=columns)["LFTagsOnColumns"]
    assert {one["Name"]: one["LFTags"][0]["TagValues"] for one in tagged} == {"email": ["token"], "phone": ["token"]}
    lake.remove_lf_tags_from_resource(Resource=columns, LFTags=tags)
    assert "LFTagsOnColumns" not in lake.get_resource_lf_tags(Resource=columns)


def test_a_tag_that_nobody_made_is_refused_for_columns_too(lake: Any) -> None:
    columns = {"TableWithColumns": {"DatabaseName": "silver", "Name": "orders", "ColumnNames": ["email"]}}
    failures = lake.add_lf_tags_to_resource(Resource=columns, LFTags=[{"TagKey": "no", "TagValues": ["no"]}])
    assert [failure["LFTag"]["TagKey"] for failure in failures["Failures"]] == ["no"]
