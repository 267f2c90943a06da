"""Revenue and seconds as bars: numbers go in, matplotlib figures come out."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from local.report.svg import BLUE, GREY, GRID, MUTED, new_figure

COUNTRIES_SHOWN = 14
# From here on one bar would press the others to the axis, and they get a scale of their own.
SWAMPS = 3
ROW_INCHES = 0.27
FEW_DAYS, MANY_DAYS = 5, 75
MOST_TICKS = 8
Bar = tuple[str, float]


def days_figure(by_day: Mapping[date, Decimal], *, currency: str) -> Figure:
    """A bar for each day; days without orders stay empty."""
    figure = new_figure(3.0)
    axes = figure.add_subplot()
    first = min(by_day, default=date.min)
    places = [(day - first).days for day in by_day]
    axes.bar(places, [float(amount) for amount in by_day.values()], width=0.82, color=BLUE)
    axes.axhline(0, color=GREY, linewidth=0.8)
    axes.grid(axis="x", visible=False)
    axes.yaxis.set_major_formatter(FuncFormatter(short_amount))
    axes.set_ylabel(currency)
    last = max(places, default=0)
    margin = max((FEW_DAYS - last) / 2, 1)
    axes.set_xlim(-margin, last + margin)
    ticks = day_ticks(first, last)
    axes.set_xticks([(day - first).days for day in ticks], [f"{day.day} {day:%b %Y}" for day in ticks])
    return figure


def countries_figure(by_country: Mapping[str, Decimal], *, currency: str) -> Figure:
    """The largest countries; if the first dwarfs the others, a second panel shows those on their own scale."""
    bars = [(country, float(amount)) for country, amount in by_country.items()]
    if len(bars) > SWAMPS and bars[0][1] > SWAMPS * max(bars[1][1], 0):
        return _two_scales(bars, currency)
    shown = _with_rest(bars)
    figure = new_figure(0.8 + ROW_INCHES * max(len(shown), 2))
    _horizontal(figure.add_subplot(), shown, unit=currency)
    return figure


def seconds_figure(seconds: Mapping[str, float]) -> Figure:
    """A bar for each stage, in the order they ran, from the top."""
    figure = new_figure(0.7 + ROW_INCHES * 1.15 * max(len(seconds), 2))
    axes = figure.add_subplot()
    _horizontal(axes, list(seconds.items()), unit="seconds", decimals=1)
    return figure


def day_ticks(first: date, last: int) -> list[date]:
    """The days to name of ``first`` to ``last`` days after it: at most `MOST_TICKS`, firsts of months if it is long."""
    days = [date.fromordinal(first.toordinal() + place) for place in range(last + 1)]
    if last > MANY_DAYS:
        days = [day for day in days if day.day == 1]
    return days[:: -(-len(days) // MOST_TICKS)]


def short_amount(value: float, _position: object = None) -> str:
    """``1250`` -> ``1.25k``, ``-2000000`` -> ``-2M``."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:,.4g}{letter}"
    return f"{value:,.4g}"


def _two_scales(bars: Sequence[Bar], currency: str) -> Figure:
    first, others = bars[0], bars[1:]
    shown = _with_rest(others)
    figure = new_figure(1.5 + ROW_INCHES * (2 + len(shown)))
    upper, lower = figure.subplots(2, 1, height_ratios=(2, max(len(shown), 2)))
    _horizontal(upper, [first, (f"{len(others)} others", sum(amount for _, amount in others))], unit="")
    _horizontal(lower, shown, unit=currency)
    upper.tick_params(axis="x", labelbottom=False)
    lower.set_title(f"Without {first[0]}, on a scale of their own")
    return figure


def _with_rest(bars: Sequence[Bar]) -> list[Bar]:
    shown, rest = list(bars[:COUNTRIES_SHOWN]), bars[COUNTRIES_SHOWN:]
    if rest:
        shown.append((f"{len(rest)} further countries", sum(amount for _, amount in rest)))
    return shown


def _horizontal(axes: Axes, bars: Sequence[Bar], *, unit: str, decimals: int = 0) -> None:
    names, values = [name for name, _ in bars], [value for _, value in bars]
    places = range(len(bars))
    colours = [GREY if name.endswith((" others", " further countries")) else BLUE for name in names]
    drawn = axes.barh(places, values, height=0.68, color=colours)
    axes.bar_label(drawn, labels=[f"{value:,.{decimals}f}" for value in values], padding=4, color=MUTED, fontsize=9)
    axes.set_yticks(places, names)
    axes.set_ylim(max(len(bars), 2) - 0.4, -0.6)
    axes.grid(axis="y", visible=False)
    axes.spines["bottom"].set_visible(False)
    axes.axvline(0, color=GRID, linewidth=0.8)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6))
    axes.xaxis.set_major_formatter(FuncFormatter(short_amount))
    axes.set_xlabel(unit)
    axes.margins(x=0.1)
