from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

Client = Callable[[str], Any]
RULES = 'Rules = [\n    IsPrimaryKey "event_id"\n]'
NAME = "shop_silver-orders"


@pytest.fixture
def glue(client: Client) -> Any:
    found = client("glue")
    found.create_database(DatabaseInput={"Name": "shop_silver"})
    found.create_table(DatabaseName="shop_silver", TableInput={"Name": "orders"})
    yield found
    found.delete_database(Name="shop_silver")


def create(glue: Any, table: str = "orders", **more: Any) -> None:
    target = {"DatabaseName": "shop_silver", "TableName": table}
    glue.create_data_quality_ruleset(Name=NAME, Ruleset=RULES, TargetTable=target, **more)


def test_a_ruleset_is_kept_changed_and_deleted(glue: Any) -> None:
    create(glue, Description="before", Tags={"env": "dev"})
    glue.update_data_quality_ruleset(Name=NAME, Ruleset="Rules = [RowCount > 0]")
    kept = glue.get_data_quality_ruleset(Name=NAME)
    assert (kept["Ruleset"], kept["Description"]) == ("Rules = [RowCount > 0]", "before")
    assert kept["TargetTable"] == {"DatabaseName": "shop_silver", "TableName": "orders"}
    assert kept["LastModifiedOn"] >= kept["CreatedOn"]
    glue.delete_data_quality_ruleset(Name=NAME)
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        glue.get_data_quality_ruleset(Name=NAME)


def test_there_is_one_of_a_name_and_none_for_a_table_that_is_not_there(glue: Any) -> None:
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        create(glue, "nobody")
    create(glue)
    with pytest.raises(ClientError, match="AlreadyExistsException"):
        create(glue)
    glue.delete_data_quality_ruleset(Name=NAME)
