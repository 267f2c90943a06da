"""The LF-tags of databases, tables and columns, each where it was set or inherited from above."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from gate.access.things import Thing, Things
from gate.template import Resource, Template, blocks, listed

Tags = dict[str, str]
Expression = dict[str, set[str]]


@dataclass(frozen=True, kw_only=True)
class Table:
    """``tags`` hold for the whole table, ``own`` by column for those that say something else."""

    thing: Thing
    database: str
    name: str
    columns: tuple[str, ...]
    tags: Tags = field(default_factory=dict)
    own: dict[str, Tags] = field(default_factory=dict)

    def fitting(self, expression: Expression) -> list[str]:
        """The columns that an expression asks for."""
        return [column for column in self.columns if fit(self.tags | self.own.get(column, {}), expression)]


def fit(tags: Tags, expression: Expression) -> bool:
    """Every key of the expression, with one of its values."""
    return bool(expression) and all(tags.get(key) in values for key, values in expression.items())


def database_tags(template: Template, things: Things, name: str) -> Tags:
    found: Tags = {}
    for tag in template.all("aws_lakeformation_resource_lf_tags"):
        if tag.get("database") and things.spelled(tag.get("database.name")) == name:
            found |= _set_by(tag, things)
    return found


def tables(template: Template, things: Things) -> Iterator[Table]:
    """Every table of the stack's catalogue."""
    for thing in things.of_kind("table"):
        database, name = thing.arns[0].rsplit("/", maxsplit=2)[1:]
        tags, own = database_tags(template, things, database), dict[str, Tags]()
        for tag in template.all("aws_lakeformation_resource_lf_tags"):
            if is_table(tag, "table", (database, name), things):
                tags |= _set_by(tag, things)
            elif is_table(tag, "table_with_columns", (database, name), things):
                for column in column_names(tag, "table_with_columns.column_names"):
                    own[column] = own.get(column, {}) | _set_by(tag, things)
        yield Table(thing=thing, database=database, name=name, columns=_columns(thing.at), tags=tags, own=own)


def is_table(resource: Resource, block: str, table: tuple[str, str], things: Things) -> bool:
    """Whether a block ``table`` or ``table_with_columns`` names this one."""
    named = (things.spelled(resource.get(f"{block}.database_name")), things.spelled(resource.get(f"{block}.name")))
    every = block == "table" and resource.get("table.wildcard") is True and named[0] == table[0]
    return named == table or every


def column_names(resource: Resource, dotted: str) -> list[str]:
    return [str(name) for name in listed(resource.get(dotted))]


def _columns(table: Resource) -> tuple[str, ...]:
    every = [*blocks(table.get("storage_descriptor.columns")), *blocks(table.get("partition_keys"))]
    return tuple(str(column["name"]) for column in every)


def _set_by(tag: Resource, things: Things) -> Tags:
    return {things.spelled(block["key"]): str(block["value"]) for block in tag.blocks("lf_tag")}
