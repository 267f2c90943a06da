"""What the pictures choose to show."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from local.report.bar_pictures import countries_figure, day_ticks, days_figure, short_amount
from local.report.flow_picture import flow_figure, outcomes
from tests.support.sample_report import ACCOUNTING


def names(axes: Axes) -> list[str]:
    return [label.get_text() for label in axes.get_yticklabels()]


def written(figure: Figure) -> list[str]:
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def by_country(*amounts: int) -> dict[str, Decimal]:
    return {f"country {number}": Decimal(amount) for number, amount in enumerate(amounts, start=1)}


def test_outcomes_add_up_to_all_records_sent() -> None:
    found = outcomes(ACCOUNTING)
    assert sum(outcome.count for outcome in found) == ACCOUNTING.sent
    assert [outcome.label for outcome in found] == [
        "stored",
        "quarantined: missing_field",
        "quarantined: not_json",
        "sent again, counted once",
    ]


def test_many_reasons_are_shown_by_size_and_the_rest_together() -> None:
    accounting = replace(ACCOUNTING, quarantined={f"reason_{number:02}": number for number in range(1, 13)})
    labels = [outcome.label for outcome in outcomes(accounting) if outcome.label.startswith("quarantined")]
    assert labels[0] == "quarantined: reason_12"
    assert labels[-1] == "quarantined: 4 further reasons"


def test_an_outcome_of_one_record_among_thousands_is_written_beside_its_ribbon() -> None:
    figure = flow_figure(replace(ACCOUNTING, sent=100_051, stored=99_990, lost=1))
    assert {"100,051", "99,990", "1", "lost"} <= set(written(figure))


def test_a_country_that_dwarfs_the_others_leaves_them_a_scale_of_their_own() -> None:
    upper, lower = countries_figure(by_country(1000, 90, 80, 70), currency="GBP").axes
    assert names(upper) == ["country 1", "3 others"]
    assert names(lower) == ["country 2", "country 3", "country 4"]


def test_countries_of_like_size_share_a_scale_and_the_long_tail_is_one_bar() -> None:
    (axes,) = countries_figure(by_country(*range(60, 40, -1)), currency="GBP").axes
    assert names(axes)[0] == "country 1"
    assert names(axes)[-1] == "6 further countries"
    assert written(axes.figure)[-1] == "261"  # type: ignore[arg-type]


@pytest.mark.parametrize("amounts", [(5,), (-5,), (0, 0), (5, -1, -2, -3)])
def test_countries_may_be_few_or_owe_money(amounts: Sequence[int]) -> None:
    figure = countries_figure(by_country(*amounts), currency="GBP")
    assert sum(len(names(axes)) for axes in figure.axes) >= len(amounts)


def test_every_day_with_orders_has_its_bar_at_its_place() -> None:
    days = {date(2010, 12, 1): Decimal(5), date(2010, 12, 4): Decimal(-2)}
    (axes,) = days_figure(days, currency="GBP").axes
    assert [patch.get_x() + patch.get_width() / 2 for patch in axes.patches] == [0, 3]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("last", "first_ticks", "count"),
    [(0, [date(2010, 12, 1)], 1), (10, [date(2010, 12, 1), date(2010, 12, 3)], 6), (181, [date(2010, 12, 1)], 6)],
)
def test_a_few_days_are_named_and_of_long_times_the_firsts_of_months(
    last: int, first_ticks: list[date], count: int
) -> None:
    ticks = day_ticks(date(2010, 12, 1), last)
    assert ticks[: len(first_ticks)] == first_ticks
    assert len(ticks) == count


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (12.5, "12.5"), (1250, "1.25k"), (-2_000_000, "-2M"), (3e9, "3G")]
)
def test_the_axis_is_written_short(value: float, text: str) -> None:
    assert short_amount(value) == text
