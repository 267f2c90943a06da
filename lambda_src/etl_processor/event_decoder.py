"""The typed JSON decoder of all events and its inverse, built from the contracts: columns in, msgspec functions out.

There is one type for each event_type, and msgspec tells them apart while it decodes: a fifth faster than looking for
the event_type first and then decoding the members of its contract.

It is the fast reading, not the whole one. Left to `order_event`: amounts (they arrive as text, int or `JsonNumber`) and
patterns (msgspec calls back into Python for each, a tenth of the time of a record).
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Union

from msgspec import UNSET, Meta, Raw, Struct, UnsetType, defstruct
from msgspec.json import Decoder, Encoder

from shared.money import JsonNumber
from shared.runtime_contract import WHOLE_NUMBERS, Column, Contract

TAG = "event_type"


def event_types(event: Contract) -> dict[str, type[Struct]]:
    """The types of one contract's events by event_type, which is then no member any more: the type says it."""
    members = [_field(column) for column in event.columns if column.name != TAG]
    return {
        tag: defstruct(f"{event.name}_{tag}", members, kw_only=True, gc=False, tag_field=TAG, tag=tag)
        for tag in event.column(TAG).rules["enum"]
    }


def event_decoder(types: Iterable[type[Struct]]) -> Callable[[bytes], Any]:
    """Decodes an event of any of the types; absent optional members are UNSET, null ones None, unknown ones skipped."""
    return Decoder(Union[tuple(types)], float_hook=JsonNumber).decode  # noqa: UP007  known at run time only


def event_encoder() -> Callable[[Any, bytearray], None]:
    """Writes a decoded event again: the known members once each, numbers as they were spelled, no blanks."""
    return Encoder(enc_hook=_spelled).encode_into


def _spelled(number: Any) -> Raw:
    return Raw(number.literal)


def _struct(name: str, columns: Sequence[Column]) -> type[Struct]:
    # gc=False: an event holds no cycles, and ten thousand of them need not be looked through.
    return defstruct(name, [_field(column) for column in columns], kw_only=True, gc=False)


def _field(column: Column) -> tuple[str, Any] | tuple[str, Any, Any]:
    type_ = _type(column)
    if column.required:
        return column.name, type_
    return column.name, type_ | None | UnsetType if type_ is not Any else Any, UNSET


def _type(column: Column) -> Any:
    if column.type.startswith("decimal"):
        return Any
    make = _TYPES.get(column.type)
    if make is None:
        raise ValueError(f"event member {column.name!r}: no decoder for type {column.type!r}; add one to {__name__}")
    return make(column)


def _string(column: Column) -> Any:
    if allowed := column.rules.get("enum"):
        return Literal[tuple(allowed)]
    return _limited(str, min_length=column.rules.get("minLength"), max_length=column.rules.get("maxLength"))


def _whole_number(column: Column) -> Any:
    lowest, highest = WHOLE_NUMBERS[column.type]
    return _limited(int, ge=column.rules.get("minimum", lowest), le=column.rules.get("maximum", highest))


def _array(column: Column) -> Any:
    members = _struct(column.name, column.fields)
    return _limited(
        list[members],  # type: ignore[valid-type]  # a type made at run time
        min_length=column.rules.get("minItems"),
        max_length=column.rules.get("maxItems"),
    )


def _limited(type_: Any, **limits: int | None) -> Any:
    meta = {name: limit for name, limit in limits.items() if limit is not None}
    return Annotated[type_, Meta(**meta)] if meta else type_  # type: ignore[call-overload]


_TYPES = {
    "string": _string,
    "boolean": lambda column: bool,  # noqa: ARG005
    "int": _whole_number,
    "bigint": _whole_number,
    "timestamp": lambda column: Annotated[datetime, Meta(tz=True)],  # noqa: ARG005
    "struct": lambda column: _struct(column.name, column.fields),
    "array": _array,
}
