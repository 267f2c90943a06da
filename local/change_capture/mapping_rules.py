"""Table mappings, carried out: which tables and columns are taken, and what is added to each row.

Only what `config/table_mappings.py` writes is known; any other rule is refused, for passing over it would be a lie.
"""

import json
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from local.change_capture.table_shape import Column, Table

CHANGE_NUMBER = "$AR_H_CHANGE_SEQ"

Rule = dict[str, Any]


class UnknownRuleError(ValueError):
    """When the mappings hold a rule that this stand-in cannot carry out."""


@dataclass(frozen=True, kw_only=True)
class MappingRules:
    """The rules, by what they do."""

    included: tuple[Rule, ...]
    excluded: tuple[Rule, ...]
    removed: tuple[Rule, ...]
    change_number_column: str | None
    before_prefix: str | None

    @property
    def schemas(self) -> list[str]:
        """Those that are taken whole or in part."""
        return sorted({rule["schema-name"] for rule in self.included})

    def takes(self, schema: str, table: str) -> bool:
        return _any(self.included, schema, table) and not _any(self.excluded, schema, table)

    def columns(self, table: Table) -> list[Column]:
        """Those that leave the source."""
        return [column for column in table.columns if not _any(self.removed, table.schema, table.name, column.name)]

    def old_keys(self, table: Table) -> dict[str, str]:
        """Columns for the key before a change, by the key's own columns."""
        return {f"{self.before_prefix}{name}": name for name in table.key} if self.before_prefix else {}


def read_rules(mappings: str) -> MappingRules:
    """From the JSON that DMS gets."""
    kinds: dict[str, list[Rule]] = {"include": [], "exclude": [], "remove-column": []}
    number, prefix = None, None
    for rule in json.loads(mappings)["rules"]:
        action = rule["rule-action"]
        if action in kinds:
            kinds[action].append(rule["object-locator"])
        elif action == "add-column" and rule["expression"] == CHANGE_NUMBER:
            number = rule["value"]
        elif action == "add-before-image-columns" and rule["before-image-def"]["column-filter"] == "pk-only":
            prefix = rule["before-image-def"]["column-prefix"]
        else:
            raise UnknownRuleError(
                f"table mapping {rule.get('rule-name')}: {action} {rule.get('expression', '')} is not emulated; "
                "known are include, exclude, remove-column, add-column of the change number and the key before a change"
            )
    return MappingRules(
        included=tuple(kinds["include"]),
        excluded=tuple(kinds["exclude"]),
        removed=tuple(kinds["remove-column"]),
        change_number_column=number,
        before_prefix=prefix,
    )


def _any(rules: tuple[Rule, ...], schema: str, table: str, column: str | None = None) -> bool:
    return any(
        _matches(rule["schema-name"], schema)
        and _matches(rule["table-name"], table)
        and (column is None or _matches(rule["column-name"], column))
        for rule in rules
    )


def _matches(pattern: str, name: str) -> bool:
    """``%`` is anything."""
    return fnmatchcase(name, pattern.replace("%", "*"))
