"""Does the matrix tell which columns Lake Formation opens, and what is missing where a grant is not enough?"""

from typing import Any

import pytest

from tests.unit.gate.access.governed import NAMED, READER, TABLE, by_tag, governed, permit
from tests.unit.gate.access.small import KEY, SILVER, Document, allow, gaps, grant, judged, may, small

READS_BOTH = {(TABLE, "read", "")}


def reads(document: Document) -> set[tuple[str, str, str]]:
    return {right for right in may(document, READER) if right[0].startswith("table") and right[1] == "read"}


@pytest.mark.parametrize(
    ("tags", "columns"),
    [
        ({"sensitivity": ["none"]}, "order_id, year"),
        ({"sensitivity": ["token"]}, "email"),
        ({"sensitivity": ["none", "token"]}, ""),
        ({"sensitivity": ["none"], "zone": ["silver"]}, "order_id, year"),
    ],
)
def test_a_grant_by_tag_opens_the_columns_that_carry_it(tags: dict[str, list[str]], columns: str) -> None:
    document = by_tag(tags, "SELECT")
    assert reads(document) == {(TABLE, "read", columns)}
    assert gaps(document) == set()


@pytest.mark.parametrize(
    "tags", [{"sensitivity": ["personal"]}, {"sensitivity": ["none"], "zone": ["gold"]}, {"owner": ["shop"]}, {}]
)
def test_tags_that_do_not_all_fit_open_nothing(tags: dict[str, list[str]]) -> None:
    assert reads(by_tag(tags, "SELECT")) == set()


@pytest.mark.parametrize(
    ("on", "columns"),
    [
        ({"table": NAMED}, ""),
        ({"table": {"database_name": "shop_silver", "wildcard": True}}, ""),
        ({"table_with_columns": NAMED | {"column_names": ["year"]}}, "year"),
        ({"table_with_columns": NAMED | {"wildcard": True, "excluded_column_names": ["email"]}}, "order_id, year"),
    ],
)
def test_a_grant_by_name_opens_what_it_names(on: dict[str, Any], columns: str) -> None:
    assert reads(permit("SELECT", **on)) == {(TABLE, "read", columns)}


def test_a_grant_on_another_table_opens_nothing_here() -> None:
    assert reads(permit("SELECT", table=NAMED | {"name": "customers"})) == set()


def test_describing_a_database_is_a_look_and_creating_tables_in_it_is_not() -> None:
    what = "database aws_glue_catalog_database.silver"
    rights = {
        (r.what, r.verb) for r in judged(by_tag({"zone": ["silver"]}, "DESCRIBE", resource_type="DATABASE")).rights
    }
    assert (what, "look") in rights
    assert (what, "administer", "") in may(permit("CREATE_TABLE", database={"name": "shop_silver"}), READER)


def test_administrators_and_everybody_are_told() -> None:
    document = permit("SELECT", table=NAMED)
    document["resource"]["aws_lakeformation_permissions"]["x"]["principal"] = "IAM_ALLOWED_PRINCIPALS"
    assert may(document, "outside IAM_ALLOWED_PRINCIPALS") == READS_BOTH
    assert may(document, "outside deploy") == {("catalogue of Lake Formation", "administer", "")}


def test_under_lake_formation_iam_alone_opens_no_table() -> None:
    assert reads(governed()) == set()
    assert gaps(governed()) == {"catalogue_without_grant"}


def without(document: Document, type_: str, name: str) -> Document:
    del document["resource"][type_][name]
    return document


def only_from_iam(document: Document, *statements: Document) -> Document:
    """The reader's policies replaced by these."""
    return grant(without(document, "aws_iam_role_policy", "p1"), *statements, role="reader")


SELECTED = {"sensitivity": ["none"]}
ASK, ENTRY = allow("lakeformation:GetDataAccess", on="*"), allow("glue:GetTable", on="*")


@pytest.mark.parametrize(
    ("document", "gap"),
    [
        (only_from_iam(by_tag(SELECTED, "SELECT"), ENTRY), "grant_without_catalogue"),
        (only_from_iam(by_tag(SELECTED, "SELECT"), ASK), "grant_without_catalogue"),
        (without(by_tag(SELECTED, "SELECT"), "aws_lakeformation_resource", "silver"), "location_is_not_open"),
        (without(by_tag(SELECTED, "SELECT"), "aws_iam_role_policy", "p0"), "location_is_not_open"),
    ],
    ids=["may not ask", "sees no entry", "not registered", "registered with a role that cannot read"],
)
def test_a_grant_that_is_not_enough_is_a_gap_and_no_right(document: Document, gap: str) -> None:
    assert reads(document) == set()
    assert gap in gaps(document)


def test_without_lake_formation_the_entry_and_the_files_are_enough() -> None:
    document = only_from_iam(
        governed(), ENTRY, allow("s3:GetObject", on=f"{SILVER}/orders/*"), allow("kms:Decrypt", on=KEY)
    )
    assert reads(document) == set()
    for type_ in [type_ for type_ in document["resource"] if type_.startswith("aws_lakeformation")]:
        del document["resource"][type_]
    assert reads(document) == READS_BOTH


def test_a_stack_without_a_catalogue_has_no_tables() -> None:
    assert not [right for right in judged(small()).rights if right.kind == "table"]
