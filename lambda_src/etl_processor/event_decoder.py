"""The typed JSON decoder of an event and its inverse, built from the contract: columns in, msgspec functions out.

It is the fast reading, not the whole one. Left to `order_event`: amounts (they arrive as text, int or `JsonNumber`) and
patterns (msgspec calls back into Python for each, a tenth of the time of a record).
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Raw, Struct, UnsetType, defstruct
from msgspec.json import Decoder, Encoder

from shared.money import JsonNumber
from shared.runtime_contract import Column

INT64 = (-(2**63), 2**63 - 1)


def event_decoder(name: str, columns: Sequence[Column]) -> Callable[[bytes], Any]:
    """Decodes one event; absent optional members are UNSET, null ones None, unknown ones are skipped."""
    return Decoder(_struct(name, columns), float_hook=JsonNumber).decode


def event_encoder() -> Callable[[Any], bytes]:
    """Writes a decoded event again: the known members once each, numbers as they were spelled, no blanks."""
    return Encoder(enc_hook=_spelled).encode


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


def _bigint(column: Column) -> Any:
    lowest, highest = INT64
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
    "bigint": _bigint,
    "timestamp": lambda column: Annotated[datetime, Meta(tz=True)],  # noqa: ARG005
    "struct": lambda column: _struct(column.name, column.fields),
    "array": _array,
}
