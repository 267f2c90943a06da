import pytest

from tests.support.governed_lake import governed
from tests.support.lake_grants import resolved
from tests.support.synthesis import Block, Template


@pytest.fixture(scope="module")
def lake() -> Template:
    return governed()


def tag(lake: Template, *parts: str) -> tuple[str, Block]:
    """The one tag resource whose name has these parts, with its name."""
    tags = lake.all("aws_lakeformation_resource_lf_tags").items()
    (found,) = [(name, block) for name, block in tags if all(part in name for part in parts)]
    return found


def test_a_column_is_closed_before_its_table_is_opened(lake: Template) -> None:
    columns, _ = tag(lake, "OrdersReceived", "TokenColumns")
    _, table = tag(lake, "OrdersReceived", "_Table_")
    assert table["lf_tag"][0]["value"] == "none"
    assert table["depends_on"] == [f"aws_lakeformation_resource_lf_tags.{columns}"]


def test_of_a_published_table_only_what_is_sensitive_is_closed(lake: Template) -> None:
    """Unlike a view, it has rights to columns: who may see no token selects the rest of it."""
    _, columns = tag(lake, "Silver_Orders_", "TokenColumns")
    assert "ip_address_token" in columns["table_with_columns"]["column_names"]
    assert "event_id" not in columns["table_with_columns"]["column_names"]
    _, table = tag(lake, "Silver_Orders_", "_Table_")
    assert table["lf_tag"][0]["value"] == "none"


def test_the_database_says_its_zone_and_not_how_sensitive_its_tables_are(lake: Template) -> None:
    _, database = tag(lake, "Silver_Zone")
    assert [(resolved(lake, t["key"]), t["value"]) for t in database["lf_tag"]] == [("zone", "silver")]


def test_tags_are_made_again_with_a_table_that_is_replaced(lake: Template) -> None:
    for name, block in lake.all("aws_lakeformation_resource_lf_tags").items():
        if not name.endswith("Zone") and "database" not in block:
            (trigger,) = block["lifecycle"]["replace_triggered_by"]
            assert trigger.startswith("aws_glue_catalog_table.")


def test_no_grant_is_of_a_form_that_every_plan_would_make_again(lake: Template) -> None:
    for grant in lake.all("aws_lakeformation_permissions").values():
        assert "ALL" not in grant["permissions"]
        assert not {"table", "table_with_columns", "catalog_resource"} & set(grant)


def test_a_zone_without_a_database_is_granted_to_nobody_yet() -> None:
    values = [
        value
        for grant in governed(with_databases=("silver",)).all("aws_lakeformation_permissions").values()
        for expression in grant.get("lf_tag_policy", {}).get("expression", [])
        for value in expression["values"]
    ]
    assert "silver" in values
    assert "gold" not in values
