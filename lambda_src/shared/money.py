"""Amounts as whole numbers of their smallest unit: ``"2.55"`` with 4 decimals is 25500. No float, no rounding."""

import re
from dataclasses import dataclass
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal

from shared.rejection import Reason, Rejection

# ASCII digits only: \d and Decimal also take the digits of every other script.
NUMBER = re.compile(r"(-?[0-9]+)(?:\.([0-9]+))?")
EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)


class JsonNumber:
    """A JSON number with a fraction or an exponent, as the producer spelled it.

    Not a dataclass: msgspec would write it as an object instead of asking how (see event_encoder).
    """

    __slots__ = ("literal",)

    def __init__(self, literal: str) -> None:
        self.literal = literal


@dataclass(frozen=True, slots=True)
class Money:
    """Amounts of a column decimal(precision, scale)."""

    precision: int
    scale: int

    @property
    def limit(self) -> int:
        """The first number of units that has a digit too many."""
        return int(10**self.precision)

    def units(self, value: object) -> int:
        """An amount given as text or JSON number (int, Decimal, JsonNumber), in units of its last decimal.

        Rejection: what is no amount is ``wrong_type``; what the column cannot hold exactly is ``out_of_range``.
        """
        if isinstance(value, str):
            return self._units_of_text(value)
        amount = _decimal(value)
        if not amount:
            return 0
        whole_digits = self.precision - self.scale
        if amount.adjusted() >= whole_digits:  # before any arithmetic: an exponent may have nine digits
            raise Rejection(Reason.OUT_OF_RANGE, f"expected an amount of at most {whole_digits} whole digits")
        exact = amount.scaleb(self.scale, EXACT)
        units = int(exact)
        if units != exact:
            raise Rejection(Reason.OUT_OF_RANGE, f"expected an amount of at most {self.scale} decimals")
        return units

    def _units_of_text(self, text: str) -> int:
        match = NUMBER.fullmatch(text)
        if not match:
            raise Rejection(Reason.WRONG_TYPE, "expected an amount such as 2.55")
        whole, fraction = match[1], match[2] or ""
        if len(whole) + self.scale < self.precision and len(fraction) <= self.scale:
            return int(whole + fraction.ljust(self.scale, "0"))  # nearly always; a sign stays in front
        return self.units(Decimal(text))


def _decimal(value: object) -> Decimal:
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, Decimal):
        return value
    if isinstance(value, JsonNumber):
        return Decimal(value.literal)
    raise Rejection(Reason.WRONG_TYPE, "expected an amount such as 2.55, as text or JSON number")
