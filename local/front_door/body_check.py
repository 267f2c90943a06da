"""Checks a body against a model, and says what is wrong in the words of API Gateway's validator.

Those words do not say where: only missing members and patterns can name a member. Nothing may be clearer here than
there, or a test would pass that no client could rely on. Source of the words: java-json-tools/json-schema-validator.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from jsonschema import Draft4Validator

NOT_JSON = "[Could not parse request body into json]"


def complaint(body: bytes, model: Mapping[str, Any]) -> str | None:
    """What is wrong with ``body``, or None."""
    try:
        instance = json.loads(body.decode(), parse_constant=_refuse)
    except (ValueError, RecursionError):
        return NOT_JSON
    messages = dict.fromkeys(_said(error) for error in Draft4Validator(model).iter_errors(instance))
    return f"[{', '.join(messages)}]" if messages else None


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON, although Python reads it")


def _said(error: Any) -> str:
    say = WORDS.get(str(error.validator))
    if say is None:
        raise ValueError(f"model rule {error.validator!r}: add API Gateway's words for it to {__name__}")
    return say(error)


def _required(error: Any) -> str:
    return f"object has missing required properties ({_json(_missing(error.validator_value, error.instance))})"


def _dependencies(error: Any) -> str:
    rules: dict[str, list[str]] = error.validator_value
    for member, needed in rules.items():
        if member in error.instance and (missing := _missing(needed, error.instance)):
            return (
                f'property "{member}" of object has missing property dependencies '
                f"(schema requires {_json(sorted(needed))}; missing: {_json(missing)})"
            )
    return str(error.message)


def _type(error: Any) -> str:
    allowed = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    return (
        f"instance type ({_type_of(error.instance)}) does not match any allowed primitive type "
        f"(allowed: {_json(sorted(allowed))})"
    )


def _pattern(error: Any) -> str:
    return f'ECMA 262 regex "{error.validator_value}" does not match input string "{error.instance}"'


WORDS: dict[str, Callable[[Any], str]] = {
    "required": _required,
    "dependencies": _dependencies,
    "type": _type,
    "pattern": _pattern,
    "anyOf": lambda e: f"instance failed to match at least one required schema among {len(e.validator_value)}",
    "minimum": lambda e: (
        f"numeric instance is lower than the required minimum (minimum: {e.validator_value}, found: {e.instance})"
    ),
    "maximum": lambda e: (
        f"numeric instance is greater than the required maximum (maximum: {e.validator_value}, found: {e.instance})"
    ),
    "minItems": lambda e: (
        f"array is too short: must have at least {e.validator_value} elements but instance has {len(e.instance)}"
    ),
    "maxItems": lambda e: (
        f"array is too long: must have at most {e.validator_value} elements but instance has {len(e.instance)}"
    ),
}


def _missing(needed: list[str], instance: Mapping[str, Any]) -> list[str]:
    return sorted(name for name in needed if name not in instance)


def _type_of(value: Any) -> str:
    if value is None:
        return "null"
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return names[type(value)]


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
