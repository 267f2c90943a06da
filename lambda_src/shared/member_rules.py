"""The contract's rules for each member of a parsed event, one reason per broken rule.

A document in (as `strict_json` parses it: floats are `Decimal`), nothing out or a `Rejection`.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec

from shared.money import Money
from shared.rejection import Reason, Rejection
from shared.runtime_contract import WHOLE_NUMBERS, Column, Contract

MOMENT = Annotated[datetime, msgspec.Meta(tz=True)]
# Two members whose broken rule has a reason of its own.
VERSION_MEMBER = "schema_version"
ENUM_REASONS = {"event_type": Reason.UNKNOWN_TYPE}


class MemberRules:
    """Checks documents against the contract of one event."""

    def __init__(self, contract: Contract) -> None:
        version = contract.column(VERSION_MEMBER)
        # The version first: of an event of a later major version nothing else can be known.
        self._columns = (version, *(column for column in contract.columns if column is not version))
        self._major = contract.major_version
        self._checks = {
            "string": self._check_string,
            "boolean": _check_boolean,
            "int": _check_whole_number,
            "bigint": _check_whole_number,
            "timestamp": _check_timestamp,
            "struct": self._check_struct,
            "array": self._check_array,
        }

    def check(self, document: Mapping[str, Any]) -> None:
        """Rejection for the first member that breaks its rule."""
        self._check_members(self._columns, document, "")

    def _check_members(self, columns: Sequence[Column], members: Mapping[str, Any], path: str) -> None:
        for column in columns:
            value = members.get(column.name)
            place = f"{path}{column.name}"
            if value is not None:
                self._check_value(column, value, place)
            elif column.required:
                raise Rejection(Reason.MISSING_FIELD, f"{place} is required")

    def _check_value(self, column: Column, value: Any, place: str) -> None:
        if column.type.startswith("decimal"):
            _check_amount(column, value, place)
        else:
            self._checks[column.type](column, value, place)

    def _check_string(self, column: Column, value: Any, place: str) -> None:
        if not isinstance(value, str):
            raise Rejection(Reason.WRONG_TYPE, f"{place}: expected text")
        if column.name == VERSION_MEMBER and value.partition(".")[0] != self._major:
            raise Rejection(Reason.UNKNOWN_SCHEMA, f"{place}: expected major version {self._major}")
        rules = column.rules
        if "enum" in rules and value not in rules["enum"]:
            reason = ENUM_REASONS.get(column.name, Reason.BAD_FORMAT)
            raise Rejection(reason, f"{place}: expected one of {', '.join(rules['enum'])}")
        if "pattern" in rules and not re.fullmatch(rules["pattern"], value):
            raise Rejection(Reason.BAD_FORMAT, f"{place}: expected {rules['pattern']}")
        _check_length(len(value), rules.get("minLength"), rules.get("maxLength"), f"{place}: expected", "characters")

    def _check_struct(self, column: Column, value: Any, place: str) -> None:
        if not isinstance(value, dict):
            raise Rejection(Reason.WRONG_TYPE, f"{place}: expected an object")
        self._check_members(column.fields, value, f"{place}.")

    def _check_array(self, column: Column, value: Any, place: str) -> None:
        if not isinstance(value, list):
            raise Rejection(Reason.WRONG_TYPE, f"{place}: expected a list")
        _check_length(
            len(value), column.rules.get("minItems"), column.rules.get("maxItems"), f"{place}: expected", "members"
        )
        for index, element in enumerate(value):
            self._check_struct(column, element, f"{place}[{index}]")


def _check_length(length: int, lowest: int | None, highest: int | None, place: str, unit: str) -> None:
    if length < (lowest or 0):
        raise Rejection(Reason.BAD_FORMAT, f"{place} at least {lowest} {unit}")
    if highest is not None and length > highest:
        raise Rejection(Reason.BAD_FORMAT, f"{place} at most {highest} {unit}")


def _check_boolean(_: Column, value: Any, place: str) -> None:
    if not isinstance(value, bool):
        raise Rejection(Reason.WRONG_TYPE, f"{place}: expected true or false")


def _check_whole_number(column: Column, value: Any, place: str) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Rejection(Reason.WRONG_TYPE, f"{place}: expected a whole number")
    lowest, highest = WHOLE_NUMBERS[column.type]
    lowest, highest = column.rules.get("minimum", lowest), column.rules.get("maximum", highest)
    if not lowest <= value <= highest:
        raise Rejection(Reason.OUT_OF_RANGE, f"{place}: expected {lowest} to {highest}")


def _check_timestamp(_: Column, value: Any, place: str) -> None:
    try:
        # The decoder's own rule, so that both readings agree on what a timestamp is.
        msgspec.convert(value, MOMENT)
    except (ValueError, OverflowError) as error:
        raise Rejection(Reason.BAD_TIMESTAMP, f"{place}: expected RFC 3339 with an offset") from error


def _check_amount(column: Column, value: Any, place: str) -> None:
    try:
        Money(*column.digits).units(value)
    except Rejection as error:
        raise Rejection(error.reason, f"{place}: {error.detail}") from error
