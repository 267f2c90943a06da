"""Lake Formation's grants: what they open of which database, table and column, by name or by tag."""

from collections.abc import Iterator

from gate.access.lake_tags import Expression, Table, column_names, database_tags, fit, is_table, tables
from gate.access.right import Right
from gate.access.things import Things
from gate.template import Resource, Template, listed

CATALOGUE = ("catalogue", "of Lake Formation")
# Permission -> verb; whatever is not here changes what others see.
VERBS = {
    "SELECT": "read",
    "INSERT": "write",
    "DELETE": "delete",
    "DESCRIBE": "look",
    "ASSOCIATE": "look",
    "DATA_LOCATION_ACCESS": "use",
}
EVERY_COLUMN = ""


def lake_rights(template: Template, things: Things) -> Iterator[Right]:
    """What is granted, whether or not it is enough to get at the data."""
    every = list(tables(template, things))
    for settings in template.all("aws_lakeformation_data_lake_settings"):
        for field, verb in (("admins", "administer"), ("read_only_admins", "look")):
            for principal in listed(settings.get(field)):
                yield _right(who(principal, things), CATALOGUE, verb)
    for grant in template.all("aws_lakeformation_permissions"):
        holder = who(grant.get("principal"), things)
        for permission in listed(grant.get("permissions")):
            verb = VERBS.get(permission, "administer")
            for what, part in _opened(grant, verb, every, template, things):
                yield _right(holder, what, verb, part)
        if listed(grant.get("permissions_with_grant_option")):
            yield _right(holder, CATALOGUE, "delegate")


def who(principal: object, things: Things) -> str:
    """A role of the stack by its construct, another one by its name."""
    role = things.named("role", principal)
    return role.path if role else f"outside {things.spelled(principal).rpartition('/')[2]}"


def _opened(
    grant: Resource, verb: str, every: list[Table], template: Template, things: Things
) -> Iterator[tuple[tuple[str, str], str]]:
    """What a grant is on, as (kind, name), and which columns of it."""
    if grant.get("lf_tag_policy"):
        expression = _expression(grant, things)
        if grant.get("lf_tag_policy.resource_type") == "TABLE":
            for table in every:
                yield from _columns(table, verb, table.fitting(expression))
        else:
            for database in things.of_kind("database"):
                if fit(database_tags(template, things, database.arns[0].rpartition("/")[2]), expression):
                    yield ("database", database.path), EVERY_COLUMN
    elif grant.get("table") or grant.get("table_with_columns"):
        yield from _by_name(grant, verb, every, things)
    elif grant.get("database") or grant.get("data_location"):
        kind, field = ("database", "database.name") if grant.get("database") else ("bucket", "data_location.arn")
        thing = things.named(kind, grant.get(field))
        yield (kind, thing.path if thing else things.spelled(grant.get(field))), EVERY_COLUMN
    else:
        yield CATALOGUE, EVERY_COLUMN


def _by_name(grant: Resource, verb: str, every: list[Table], things: Things) -> Iterator[tuple[tuple[str, str], str]]:
    block = "table" if grant.get("table") else "table_with_columns"
    for table in every:
        if is_table(grant, block, (table.database, table.name), things):
            named = column_names(grant, f"{block}.column_names") or table.columns
            without = column_names(grant, f"{block}.excluded_column_names")
            yield from _columns(table, verb, [c for c in table.columns if c in named and c not in without])


def _columns(table: Table, verb: str, columns: list[str]) -> Iterator[tuple[tuple[str, str], str]]:
    if columns:
        some = verb == "read" and len(columns) < len(table.columns)
        yield ("table", table.thing.path), ", ".join(columns) if some else EVERY_COLUMN


def _expression(grant: Resource, things: Things) -> Expression:
    found: Expression = {}
    for block in grant.blocks("lf_tag_policy.expression"):
        found[things.spelled(block["key"])] = {str(value) for value in listed(block["values"])}
    return found


def _right(holder: str, what: tuple[str, str], verb: str, part: str = "") -> Right:
    kind, name = what
    return Right(who=holder, kind=kind, on=name, verb=verb, part=part)
