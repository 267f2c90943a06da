"""What Lake Formation would let each role select: the template's tags and grants, multiplied out as AWS does."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.support.synthesis import Block, Template

REFERENCE = re.compile(r"^\$\{(?P<type>aws_\w+?)\.(?P<name>\w+)\.(?P<attribute>\w+)\}$")
ZONE, SENSITIVITY = "zone", "sensitivity"


@dataclass(frozen=True)
class SeenColumn:
    """A column in the catalogue."""

    database: str
    table: str
    name: str


def selectable(template: Template) -> dict[str, set[SeenColumn]]:
    """The columns each role may select, by the role's name; AssertionError for a grant this cannot judge."""
    tagged = dict(_tags_of_columns(template))
    found: dict[str, set[SeenColumn]] = {}
    for grant in template.all("aws_lakeformation_permissions").values():
        seen = found.setdefault(_role_name(template, grant["principal"]), set())
        if "SELECT" not in grant["permissions"] and {"database", "table", "data_location"} & set(grant):
            continue
        assert "lf_tag_policy" in grant, f"neither by tag nor without SELECT: {grant}"
        if grant["lf_tag_policy"]["resource_type"] == "DATABASE":
            assert grant["permissions"] == ["DESCRIBE"]
            continue
        wanted = {resolved(template, tag["key"]): tag["values"] for tag in grant["lf_tag_policy"]["expression"]}
        # Whoever publishes a table may do more to it, and sees no less.
        assert set(grant["permissions"]) >= {"DESCRIBE", "SELECT"}
        # All keys of the expression, any of each key's values.
        seen |= {column for column, tags in tagged.items() if all(tags.get(key) in wanted[key] for key in wanted)}
    return found


def _tags_of_columns(template: Template) -> Iterator[tuple[SeenColumn, dict[str, str]]]:
    """Each column with its own tags, and what it inherits from its table and its database."""
    assigned = {place: tag for block in _tag_blocks(template) for place, tag in _places(template, block)}
    for table in template.all("aws_glue_catalog_table").values():
        database, name = resolved(template, table["database_name"]), table["name"]
        for column in (*table["storage_descriptor"]["columns"], *table.get("partition_keys", [])):
            inherited = assigned.get((database,), {}) | assigned.get((database, name), {})
            own = assigned.get((database, name, column["name"]), {})
            yield SeenColumn(database, name, column["name"]), inherited | own


def _tag_blocks(template: Template) -> list[Block]:
    return list(template.all("aws_lakeformation_resource_lf_tags").values())


def _places(template: Template, block: Block) -> Iterator[tuple[tuple[str, ...], dict[str, str]]]:
    tags = {resolved(template, tag["key"]): tag["value"] for tag in block["lf_tag"]}
    if "database" in block:
        yield (resolved(template, block["database"]["name"]),), tags
    elif "table" in block:
        yield _table(template, block["table"]), tags
    else:
        for column in block["table_with_columns"]["column_names"]:
            yield (*_table(template, block["table_with_columns"]), column), tags


def _table(template: Template, block: Block) -> tuple[str, str]:
    return resolved(template, block["database_name"]), resolved(template, block["name"])


def _role_name(template: Template, principal: str) -> str:
    reference = REFERENCE.match(principal)
    assert reference is not None
    assert reference["type"] == "aws_iam_role"
    name: str = template.all("aws_iam_role")[reference["name"]]["name"]
    return name


def resolved(template: Template, value: Any) -> str:
    """What a reference to an attribute stands for, as far as the template says."""
    reference = REFERENCE.match(str(value))
    if reference is None:
        return str(value)
    return resolved(template, template.all(reference["type"])[reference["name"]][reference["attribute"]])
