"""The quality rules of an ODCS document: its models in, `QualityRule` out."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from open_data_contract_standard.model import DataQuality, SchemaObject

from contracts.contract import QualityRule

# https://bitol-io.github.io/open-data-contract-standard/latest/data-quality/#operators
OPERATORS = (
    "mustBe",
    "mustNotBe",
    "mustBeGreaterThan",
    "mustBeGreaterOrEqualTo",
    "mustBeLessThan",
    "mustBeLessOrEqualTo",
    "mustBeBetween",
    "mustNotBeBetween",
)
UNITS = ("rows", "percent")
FORM = "SELECT count(*) FROM {object} WHERE <a condition without double quotes>"
COUNT = re.compile(r"\s*select\s+count\(\*\)\s+from\s+\{object\}\s+where\s+(.+)", re.IGNORECASE | re.DOTALL)


def quality_rules(schema: SchemaObject) -> tuple[QualityRule, ...]:
    """Those of the table, then those of its columns; ValueError names what no rule can be."""
    return (
        *_rules(schema.quality or (), ()),
        *(rule for prop in schema.properties or () for rule in _rules(prop.quality or (), (str(prop.name),))),
    )


def _rules(found: Iterable[DataQuality], columns: tuple[str, ...]) -> Iterator[QualityRule]:
    for quality in found:
        yield _rule(quality, columns)


def _rule(quality: DataQuality, columns: tuple[str, ...]) -> QualityRule:
    metric = "sql" if quality.type == "sql" else quality.metric or quality.rule
    if (quality.type or "library") not in ("library", "sql") or not metric:
        raise ValueError(f"quality rule {quality.description!r}: only metrics of the library, and sql, are checked")
    arguments = dict(quality.arguments or {}) | ({"condition": _condition(quality)} if metric == "sql" else {})
    columns = tuple(arguments.pop("properties", columns))
    limits = {name: getattr(quality, name) for name in OPERATORS if getattr(quality, name) is not None}
    unit = quality.unit or "rows"
    if unit not in UNITS:
        raise ValueError(f"quality rule {metric}: unit is {unit!r}; there are: {', '.join(UNITS)}")
    return QualityRule(
        metric=metric,
        columns=columns,
        arguments=_frozen(arguments),
        limits=_frozen(limits),
        unit=unit,
        description=quality.description or "",
    )


def _condition(quality: DataQuality) -> str:
    """What is true of the rows that the query counts: any other query would be one more pass over the table."""
    match = COUNT.fullmatch(quality.query or "")
    if not match or '"' in match[1]:
        raise ValueError(f"quality rule {quality.description!r}: query {quality.query!r} is not of the form {FORM}")
    return match[1].strip()


def _frozen(values: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted((key, tuple(value) if isinstance(value, list) else value) for key, value in values.items()))
