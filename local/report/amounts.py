"""Money as text: a `Decimal` goes in, all its digits come out."""

from decimal import Decimal


def exact_text(amount: Decimal) -> str:
    """Two decimals, more where they say something: ``139.1200`` -> ``139.12``, ``0.0050`` -> ``0.005``."""
    if not amount.is_finite():
        raise ValueError(f"amount is {amount}, expected a number")
    if not amount:
        return "0.00"
    whole, _, decimals = format(amount, "f").partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


def grouped_text(amount: Decimal) -> str:
    """The same for people: ``3706827.64`` -> ``3,706,827.64``."""
    whole, _, decimals = exact_text(amount).partition(".")
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{int(whole.removeprefix('-')):,}.{decimals}"
