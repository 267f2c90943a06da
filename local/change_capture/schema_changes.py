"""What becomes of a change to the source's tables: harmless, or the end of the capture until somebody has looked.

As the DMS task is told: new columns at the end come along; a table that is emptied, dropped or renamed stops the task
("Truncation DDL detected"). What cannot be read is not guessed.
"""

import logging
import re

import sqlglot
from sqlglot import exp

from local.change_capture.mapping_rules import MappingRules

DIALECT = "mysql"
# What has no effect on rows and columns, in an ALTER TABLE.
HARMLESS = (exp.AddConstraint, exp.AddPartition)
RENAME = re.compile(r"\s*RENAME\s+TABLE\s", re.IGNORECASE)
# It tells of each statement it does not know, and the caller looks at those.
logging.getLogger("sqlglot").setLevel(logging.ERROR)
MENTIONED = re.compile(r"`([^`]+)`|([A-Za-z_$][\w$]*)")


def why_to_stop(statement: str, schema: str, rules: MappingRules) -> str | None:
    """Why the capture cannot go past ``statement``, run while ``schema`` was the current one; None if it can."""
    tree = _parsed(statement)
    if tree is None:
        return _unread(statement, schema, rules)
    captured = [table for table in _tables(tree) if rules.takes(table.db or schema, table.name)]
    if not captured:
        return None
    name = f"{captured[0].db or schema}.{captured[0].name}"
    if isinstance(tree, exp.TruncateTable):
        return f"{name} was emptied (TRUNCATE): bronze keeps its rows"
    if isinstance(tree, exp.Drop) and tree.kind == "TABLE":
        return f"{name} was dropped: bronze keeps its rows"
    if isinstance(tree, exp.Alter):
        unknown = [action.sql(DIALECT) for action in tree.args.get("actions") or () if not _follows(action)]
        return f"{name} was altered ({'; '.join(unknown)})" if unknown else None
    return None


def _parsed(statement: str) -> exp.Expr | None:
    try:
        tree = sqlglot.parse_one(statement, dialect=DIALECT)
    except sqlglot.errors.SqlglotError:
        return None
    return None if isinstance(tree, exp.Command) else tree


def _tables(tree: exp.Expr) -> list[exp.Table]:
    """Those it is about: of a CREATE or ALTER the first, of a DROP or TRUNCATE each."""
    found = list(tree.find_all(exp.Table))
    return found[:1] if isinstance(tree, exp.Create | exp.Alter) else found


def _follows(action: exp.Expr) -> bool:
    """A column at the end; in the middle DMS would mix up the values."""
    if isinstance(action, exp.ColumnDef):
        return not action.args.get("position")
    return isinstance(action, HARMLESS) and action.find(exp.PrimaryKey) is None


def _unread(statement: str, schema: str, rules: MappingRules) -> str | None:
    """A statement this parser does not know: it counts if it changes a table and names one that is captured."""
    if not (RENAME.match(statement) or re.match(r"\s*(ALTER|DROP|TRUNCATE)\s+TABLE\s", statement, re.IGNORECASE)):
        return None
    names = ["".join(found) for found in MENTIONED.findall(statement)]
    captured = [name for name in names if any(rules.takes(each, name) for each in (schema, *names))]
    return f"{captured[0]} may have changed in a way that is not known: {statement}" if captured else None
