"""Can anybody see more of a person than the contracts and the tiers say? Tags and grants, multiplied out."""

import base64
import copy
import json

import pytest
import sqlglot
from sqlglot import exp

from config import ENVIRONMENTS
from config.data_access import DataAccess, Sensitivity, Tier
from config.naming import stack_name
from contracts import SENSITIVITIES, load_contracts
from contracts.captured_tables import captured_contracts
from tests.support.governed_lake import governed
from tests.support.lake_grants import SeenColumn, selectable
from tests.support.platform import templates
from tests.support.synthesis import Block, Template

TIERS = DataAccess().tiers
BLIND = [tier.name for tier in TIERS if set[str]().union(*tier.tables.values()) == {"none"}]
TABLES = [contract for contract in load_contracts().values() if contract.database]
SENSITIVITY_OF = {
    (name, column.name): column.sensitivity
    for contract in (*TABLES, *captured_contracts().values())
    for name, columns in contract.catalogued.items()
    for column in columns
}
# Of the orders. Members that no contract knows may be anything.
TOKENS = {"customer_email_token", "customer_phone_token", "customer_name_token", "ip_address_token", "_extra"}


@pytest.fixture(scope="module")
def lake() -> Template:
    return governed()


def too_much(template: Template, tier: str, stack: str = "ecommerce-prod") -> set[SeenColumn]:
    """Sensitive columns that the tier's role may select."""
    seen = selectable(template)[f"{stack}-{tier}"]
    return {column for column in seen if SENSITIVITY_OF[column.table, column.name] != "none"}


def without(template: Template, type_: str, *parts: str) -> Template:
    """The template without the one resource of a type whose name has these parts."""
    document = copy.deepcopy(template.document)
    (name,) = [name for name in document["resource"][type_] if all(part in name for part in parts)]
    del document["resource"][type_][name]
    return Template(document)


def test_the_words_for_sensitivity_are_the_contracts() -> None:
    assert set(Sensitivity.__args__) == set(SENSITIVITIES)  # type: ignore[attr-defined]


@pytest.mark.parametrize("tier", BLIND)
def test_who_may_see_nothing_of_a_person_is_granted_no_such_column(lake: Template, tier: str) -> None:
    assert too_much(lake, tier) == set()


@pytest.mark.parametrize("name", [stack_name(env) for env in ENVIRONMENTS])
def test_so_it_is_in_every_environment(name: str) -> None:
    for tier in BLIND:
        assert too_much(templates()[name], tier, name) == set()
        assert selectable(templates()[name])[f"{name}-{tier}"] != set()


def test_there_are_such_tiers_and_such_columns() -> None:
    assert BLIND == ["analysts", "dashboards"]
    assert {name for (table, name), found in SENSITIVITY_OF.items() if table == "orders" and found == "token"} == TOKENS
    called_so = {place for place in SENSITIVITY_OF if place[1].endswith("_token")}
    assert {place for place in called_so if SENSITIVITY_OF[place] != "token"} == set()
    assert {table for table, _ in called_so} >= {"orders", "web_requests_received", "crm_users_received"}
    personal = {place for place, found in SENSITIVITY_OF.items() if found == "personal"}
    assert {name for _, name in personal} == {"payload", "data", "partition_key"}
    assert {table for table, name in personal if name != "payload"} == {"archived_event", "events_archive"}


@pytest.mark.parametrize("tier", TIERS, ids=[tier.name for tier in TIERS])
def test_each_tier_sees_all_it_should_of_the_tables_of_its_zones(lake: Template, tier: Tier) -> None:
    expected = {
        SeenColumn(f"ecommerce_prod_{contract.database}", name, column.name)
        for contract in TABLES
        for name, columns in contract.catalogued.items()
        if name not in contract.views
        for column in columns
        if column.sensitivity in tier.tables.get(str(contract.database), ())
    }
    seen = selectable(lake)[f"ecommerce-prod-{tier.name}"]
    assert {column for column in seen if column.table not in views(lake)} == expected


def test_a_column_whose_tag_is_gone_is_found() -> None:
    mutilated = without(governed(), "aws_lakeformation_resource_lf_tags", "OrdersReceived", "TokenColumns")
    assert {column.name for column in too_much(mutilated, "analysts")} == TOKENS


def test_a_view_whose_tag_says_less_than_its_columns_is_found() -> None:
    document = copy.deepcopy(governed().document)
    tags = document["resource"]["aws_lakeformation_resource_lf_tags"]
    (view,) = [block for name, block in tags.items() if "OrdersLiveWithTokens" in name]
    view["lf_tag"][0]["value"] = "none"
    assert {column.name for column in too_much(Template(document), "dashboards")} == TOKENS


def test_a_grant_that_asks_for_the_zone_alone_is_found() -> None:
    document = copy.deepcopy(governed().document)
    grants = document["resource"]["aws_lakeformation_permissions"]
    (select,) = [block for name, block in grants.items() if "Silver_SelectByAnalysts" in name]
    select["lf_tag_policy"]["expression"] = [
        tag for tag in select["lf_tag_policy"]["expression"] if tag["values"] == ["silver"]
    ]
    assert {column.name for column in too_much(Template(document), "analysts")} > TOKENS


def test_a_table_that_nobody_tagged_is_nobodys_to_read() -> None:
    untagged = without(governed(), "aws_lakeformation_resource_lf_tags", "OrderItemsReceived", "_Table_")
    seen = {column.table for columns in selectable(untagged).values() for column in columns}
    assert "order_items_received" not in seen


def views(template: Template) -> dict[str, Block]:
    tables = template.all("aws_glue_catalog_table").values()
    return {table["name"]: table for table in tables if table["table_type"] == "VIRTUAL_VIEW"}


@pytest.mark.parametrize("tier", TIERS, ids=[tier.name for tier in TIERS])
def test_whoever_may_ask_a_view_may_see_every_column_its_query_names(lake: Template, tier: Tier) -> None:
    """Athena looks up the asker's rights in the tables below; without them the whole view fails."""
    seen = selectable(lake)[f"ecommerce-prod-{tier.name}"]
    for name in {column.table for column in seen} & set(views(lake)):
        encoded = views(lake)[name]["view_original_text"].removeprefix("/* Presto View: ").removesuffix(" */")
        query = sqlglot.parse_one(json.loads(base64.b64decode(encoded))["originalSql"], read="trino")
        below = {table.name for table in query.find_all(exp.Table)}
        named = {column.name for column in query.find_all(exp.Column)}
        assert below <= {column.table for column in seen}
        assert named & {column for _, column in SENSITIVITY_OF} <= {c.name for c in seen if c.table in below}


def test_nobody_reads_the_buckets_of_tables_past_the_catalogue(lake: Template) -> None:
    roles = {name: role["name"] for name, role in lake.all("aws_iam_role").items()}
    documents = lake.all("aws_iam_policy_document", "data")
    for policy in lake.all("aws_iam_role_policy").values():
        role = roles[policy["role"].split(".")[1]]
        document = documents[policy["policy"].split(".")[2]]
        for statement in document["statement"]:
            if role == "ecommerce-prod-lake" or "s3:GetObject" not in statement["actions"]:
                continue
            of = {"Results"} if role != "ecommerce-prod-engineers" else {"Results", "Bronze", "Scripts"}
            assert all(arn.removeprefix("${aws_s3_bucket.").split("_")[0] in of for arn in statement["resources"])
