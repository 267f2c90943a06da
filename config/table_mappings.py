"""Which tables of a source are captured, and with what added or left out: rules as DMS reads them.

https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TableMapping.html
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Rule = dict[str, Any]

# What every captured row carries beside the source's columns.
OPERATION = "Op"
CHANGE_SEQ = "_change_seq"
COMMIT_TS = "_commit_ts"
BEFORE_PREFIX = "_old_"
ADDED = (OPERATION, CHANGE_SEQ, COMMIT_TS)

EVERY = "%"
# DMS finds no transformation for columns with other signs.
NAME = re.compile(r"[A-Za-z0-9_$]{1,64}")
# 35 digits; DMS's own example says 50.
CHANGE_SEQ_LENGTH = 50


def snake_case(name: str) -> str:
    """``InvoiceLineId`` to ``invoice_line_id``, as silver calls it: the catalogue knows no capital letters."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


@dataclass(frozen=True, kw_only=True)
class CapturedSchema:
    """Tables of one database, all of them or those named.

    ``dropped`` are columns nobody needs in the lake, as ``table.column``: they never leave the source. ``personal`` are
    those that tell of a person, ``table.column`` to the kind of token that silver holds instead: bronze holds them in
    clear.
    """

    name: str
    tables: tuple[str, ...] = (EVERY,)
    dropped: tuple[str, ...] = ()
    personal: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        for text in (self.name, *(table for table in self.tables if table != EVERY)):
            if not NAME.fullmatch(text):
                # A wildcard would take the server's own databases along.
                raise ValueError(f"captured schema {self.name!r}: {text!r} is no name; use letters, digits, _ and $")
        if not self.tables:
            raise ValueError(f"captured schema {self.name!r}: no tables; name some, or {EVERY!r} for all of them")
        for column in (*self.dropped, *(column for column, _ in self.personal)):
            table, _, name = column.partition(".")
            if not (NAME.fullmatch(table) and NAME.fullmatch(name)):
                raise ValueError(f"captured schema {self.name!r}: {column!r} is not table.column")
        if both := set(self.dropped) & {column for column, _ in self.personal}:
            raise ValueError(f"captured schema {self.name!r}: {sorted(both)} are dropped and personal; say one of them")


def table_mappings(schemas: Sequence[CapturedSchema]) -> str:
    """The rules as JSON."""
    rules: list[Rule] = []
    for schema in schemas:
        for table in schema.tables:
            add_rule(rules, "selection", schema.name, table, {"rule-action": "include"})
        add_rule(rules, "transformation", schema.name, EVERY, _change_number())
        add_rule(rules, "transformation", schema.name, EVERY, _key_before_the_change())
        for column in schema.dropped:
            table, _, name = column.partition(".")
            add_rule(rules, "transformation", schema.name, table, {"rule-action": "remove-column"}, column=name)
    return json.dumps({"rules": rules})


def add_rule(
    rules: list[Rule], kind: str, schema: str, table: str | None, what: Rule, *, column: str | None = None
) -> None:
    """One more rule about ``schema``, or about ``table`` of it, or about ``column`` of that."""
    locator = {"schema-name": schema}
    if table:
        locator["table-name"] = table
    if column:
        locator["column-name"] = column
    number = str(len(rules) + 1)
    target = {"rule-target": "column"} if kind == "transformation" else {}
    head = {"rule-type": kind, "rule-id": number, "rule-name": number, "object-locator": locator}
    rules.append(head | target | what)


def _change_number() -> Rule:
    """The order of changes. A commit's time is none: MySQL writes it to the second."""
    return {
        "rule-action": "add-column",
        "value": CHANGE_SEQ,
        "expression": "$AR_H_CHANGE_SEQ",
        "data-type": {"type": "string", "length": CHANGE_SEQ_LENGTH},
    }


def _key_before_the_change() -> Rule:
    """Without it an update of a key looks like an update of a row that never was, and the old row stays for ever."""
    definition = {"column-prefix": BEFORE_PREFIX, "column-suffix": "", "column-filter": "pk-only"}
    return {"rule-action": "add-before-image-columns", "before-image-def": definition}
