"""The Condition block of a policy, evaluated as IAM does, for the operators this platform uses.

In: a Condition block and the values of the request by condition key. Out: true or false; an operator that is not
listed here is an error, never a guess.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import operator
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from ipaddress import ip_address, ip_network
from typing import Any

Values = Mapping[str, str]
Test = Callable[[str, str], bool]


class UnknownConditionError(ValueError):
    """When a policy uses an operator or a key the embedded AWS cannot evaluate."""


def matches_wildcards(pattern: str, value: str) -> bool:
    """IAM's own wildcards: `*` is any text, `?` any one character, everything else is itself."""
    expression = "".join({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in pattern)
    return re.fullmatch(expression, value, re.DOTALL) is not None


def _numeric(compare: Callable[[Decimal, Decimal], bool]) -> Test:
    return lambda wanted, actual: compare(Decimal(actual), Decimal(wanted))


def _equal_ignoring_case(wanted: str, actual: str) -> bool:
    return wanted.lower() == actual.lower()


def _in_network(wanted: str, actual: str) -> bool:
    return ip_address(actual) in ip_network(wanted)


POSITIVE: dict[str, Test] = {
    "StringEquals": operator.eq,
    "StringEqualsIgnoreCase": _equal_ignoring_case,
    "StringLike": matches_wildcards,
    "ArnEquals": matches_wildcards,
    "ArnLike": matches_wildcards,
    "Bool": _equal_ignoring_case,
    "IpAddress": _in_network,
    "NumericEquals": _numeric(operator.eq),
    "NumericLessThan": _numeric(operator.lt),
    "NumericLessThanEquals": _numeric(operator.le),
    "NumericGreaterThan": _numeric(operator.gt),
    "NumericGreaterThanEquals": _numeric(operator.ge),
}
# True where the positive form is false, and also where the request has no such value.
NEGATED: dict[str, Test] = {
    "StringNotEquals": operator.eq,
    "StringNotEqualsIgnoreCase": _equal_ignoring_case,
    "StringNotLike": matches_wildcards,
    "ArnNotEquals": matches_wildcards,
    "ArnNotLike": matches_wildcards,
    "NotIpAddress": _in_network,
    "NumericNotEquals": _numeric(operator.eq),
}
IF_EXISTS = "IfExists"


def conditions_hold(condition: Mapping[str, Mapping[str, Any]], values: Values) -> bool:
    """Whether every key of every operator holds for `values`; one of the wanted values of a key is enough."""
    return all(
        _holds(name, _texts(wanted), values.get(key.lower()))
        for name, keys in condition.items()
        for key, wanted in keys.items()
    )


def check_operators(condition: Mapping[str, Any]) -> None:
    """Raise if `condition` uses an operator that `conditions_hold` cannot evaluate."""
    for name in condition:
        if name != "Null" and name.removesuffix(IF_EXISTS) not in POSITIVE | NEGATED:
            known = ", ".join(sorted([*POSITIVE, *NEGATED, "Null"]))
            raise UnknownConditionError(
                f"the embedded AWS cannot evaluate the condition operator {name!r}; it knows {known}, each also with "
                f"IfExists. Remedy: add it to local/embedded_aws/corrections/policy_conditions.py"
            )


def _holds(name: str, wanted: list[str], actual: str | None) -> bool:
    check_operators({name: None})
    if name == "Null":
        return (actual is None) == (wanted[0].lower() == "true")
    if actual is None:
        return name.endswith(IF_EXISTS) or name in NEGATED
    plain = name.removesuffix(IF_EXISTS)
    if plain in NEGATED:
        return not any(NEGATED[plain](one, actual) for one in wanted)
    return any(POSITIVE[plain](one, actual) for one in wanted)


def _texts(wanted: Any) -> list[str]:
    """JSON lets a condition say true, 1.2, "x" or a list of them."""
    ones = wanted if isinstance(wanted, list) else [wanted]
    return [str(one).lower() if isinstance(one, bool) else str(one) for one in ones]
