"""A contract's rules as a ruleset of AWS Glue Data Quality (DQDL): what must be true before a table is published.

The same text stands in Glue's catalogue, for whoever asks Glue, and in what the jobs carry, who check it themselves
(``lib.dqdl``, ``lib.quality``). Only what both understand is written; a contract that says more is refused here.

What DQDL does and its words do not say (https://docs.aws.amazon.com/glue/latest/dg/dqdl.html, and the engine at
https://github.com/awslabs/deequ): ``between`` leaves its bounds out, so bounds are two rules; null breaks every
comparison but ``!=`` and ``not in``, and ``where`` leaves none of a column that is null throughout, of which no rule
holds. So of a column that may be null those values are counted that break its rule, of which there are none.
"""

from collections.abc import Iterator

from contracts.contract import Contract, QualityRule
from contracts.dqdl_columns import allowed_values, any_of, column_rules, counted, quoted

# https://docs.aws.amazon.com/glue/latest/webapi/API_CreateDataQualityRuleset.html
MAX_RULESET = 65_536
COMPARISONS = {
    "mustBe": "= {}",
    "mustNotBe": "!= {}",
    "mustBeGreaterThan": "> {}",
    "mustBeGreaterOrEqualTo": ">= {}",
    "mustBeLessThan": "< {}",
    "mustBeLessOrEqualTo": "<= {}",
}
NONE = (("mustBe", 0),)


def ruleset(contract: Contract) -> str:
    """``Rules = [...]`` for the published table: of its key, of each column, and its own; ValueError names a rule."""
    # Received rows are known again within a window of dates, so one id may stand in two dates that are far apart.
    rules = [f"IsPrimaryKey {' '.join(map(quoted, (*contract.keys, *contract.published_by)))}"]
    for column in contract.published_columns:
        if column.required and not column.key:
            rules.append(f"IsComplete {quoted(column.name)}")
        rules += column_rules(column, f"contract {contract.name}: column {column.name}")
    for rule in contract.quality:
        rules += _table_rules(contract, rule)
    text = "Rules = [\n    " + ",\n    ".join(dict.fromkeys(rules)) + "\n]"
    if len(text) > MAX_RULESET:
        raise ValueError(f"contract {contract.name}: {len(text):,} characters of rules, Glue takes {MAX_RULESET:,}")
    return text


def _table_rules(contract: Contract, rule: QualityRule) -> Iterator[str]:
    place = f"contract {contract.name}: quality rule {rule.metric} of {', '.join(rule.columns) or 'the table'}"
    if unknown := set(rule.columns) - {column.name for column in contract.published_columns}:
        raise ValueError(f"{place}: the published table has no {', '.join(sorted(unknown))}")
    if rule.metric == "duplicateValues":
        yield from _duplicates(contract, rule, place)
    elif rule.metric == "rowCount":
        yield from _compared("RowCount", rule, place)
    elif rule.metric == "nullValues" and (rule.unit, rule.limits) == ("rows", NONE):
        yield from (f"IsComplete {quoted(column)}" for column in rule.columns)
    elif rule.metric == "invalidValues" and rule.limits == NONE:
        columns = {column.name: column for column in contract.published_columns}
        yield from (allowed_values(columns[name], rule.argument("validValues"), place) for name in rule.columns)
    else:
        yield from _compared(f"CustomSql {counted(_broken(rule, place))}", rule, place)


def _duplicates(contract: Contract, rule: QualityRule, place: str) -> Iterator[str]:
    if not rule.columns or rule.limits != NONE:
        raise ValueError(f"{place}: only columns of which no duplicate may be (mustBe: 0) are checked")
    names = " ".join(map(quoted, rule.columns))
    if set(rule.columns) != set(contract.keys):  # of the key it is said already
        yield f"IsUnique {names}" if len(rule.columns) == 1 else f"Uniqueness {names} = 1.0"


def _broken(rule: QualityRule, place: str) -> str:
    """What is true of rows that the metric counts, in SQL."""
    if rule.metric == "sql":
        return str(rule.argument("condition"))
    if len(rule.columns) != 1:
        raise ValueError(f"{place}: say it of one column")
    (column,) = rule.columns
    values = rule.argument("validValues") or rule.argument("missingValues") or ()
    match rule.metric:
        case "nullValues":
            return f"{column} is null"
        case "missingValues" if values:
            return f"{column} is null or {column} in {any_of(values, place)}"
        case "invalidValues" if values:
            return f"{column} not in {any_of(values, place)}"
    raise ValueError(
        f"{place}: not checked; there are duplicateValues, rowCount, nullValues, missingValues (missingValues), "
        "invalidValues (validValues; patterns and bounds are said of the column), and sql"
    )


def _compared(measure: str, rule: QualityRule, place: str) -> Iterator[str]:
    if rule.unit != "rows":
        raise ValueError(f"{place}: unit is {rule.unit}; only rows are counted")
    if not rule.limits:
        raise ValueError(f"{place}: nothing it is held against; there are: {', '.join(COMPARISONS)}, mustBeBetween")
    for name, value in rule.limits:
        if name == "mustBeBetween":
            yield f"{measure} >= {value[0]}"
            yield f"{measure} <= {value[1]}"
        elif name in COMPARISONS:
            yield f"{measure} {COMPARISONS[name].format(value)}"
        else:
            raise ValueError(f"{place}: {name} is not checked; there are: {', '.join(COMPARISONS)}, mustBeBetween")
