"""Amounts are read digit by digit."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.memo import REMEMBERED, Memo
from shared.money import JsonNumber, Money
from shared.rejection import Reason, Rejection

MONEY = Money(18, 4)


@given(st.decimals(min_value=-(10**13), max_value=10**13, places=4))
def test_an_amount_is_the_same_as_text_as_number_and_as_decimal(amount: Decimal) -> None:
    units = int(amount * 10_000)
    spelled = format(amount, "f")
    assert [MONEY.units(value) for value in (spelled, JsonNumber(spelled), amount)] == [units] * 3


@pytest.mark.parametrize(
    ("value", "units"),
    [
        ("-0.5", -5000),
        ("-0", 0),
        ("007", 70_000),
        (12, 120_000),
        (JsonNumber("1e2"), 1_000_000),
        ("1.50000000", 15_000),
    ],
)
def test_unusual_spellings_are_exact(value: object, units: int) -> None:
    assert MONEY.units(value) == units


@pytest.mark.parametrize(
    "value", ["", "1.", ".5", "+1", "1e2", " 1", "1,5", "0x1", "\u0661", True, None, 1.5, [], b"1"]
)
def test_what_is_no_amount_is_of_the_wrong_type(value: object) -> None:
    with pytest.raises(Rejection) as error:
        MONEY.units(value)
    assert error.value.reason == Reason.WRONG_TYPE


@pytest.mark.parametrize(
    "value", ["0.00001", "100000000000000", "9" * 5000, 10**300, JsonNumber("1e-5"), "0." + "1" * 99]
)
def test_what_the_column_cannot_hold_exactly_is_out_of_range(value: object) -> None:
    with pytest.raises(Rejection) as error:
        MONEY.units(value)
    assert error.value.reason == Reason.OUT_OF_RANGE


def test_a_memo_computes_a_text_once() -> None:
    asked: list[object] = []
    memo = Memo(asked.append)
    for value in ("a", "a", 1, True, 1, "x" * 1000, "x" * 1000):
        memo[value]
    assert asked == ["a", 1, True, 1, "x" * 1000, "x" * 1000]


def test_a_memo_starts_over_when_it_is_full() -> None:
    memo = Memo(lambda value: value)
    for number in range(REMEMBERED + 1):
        memo[str(number)]
    assert len(memo) == 1
