"""Where the records went: counts go in, a figure with a ribbon from "sent" to every outcome comes out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Outline

from local.report.accounting import Accounting
from local.report.svg import AMBER, BLUE, GREY, INK, MUTED, RED, new_figure

REASONS_SHOWN = 8
# In parts of the height of all records: room for a label, and the least that can be seen.
SLOT, HAIRLINE = 0.085, 0.006
NODE_WIDTH, LEFT, RIGHT = 0.012, 0.13, 0.64


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of ``count`` of the records sent."""

    label: str
    count: int
    colour: str


def outcomes(accounting: Accounting) -> list[Outcome]:
    """Stored, quarantined by reason, sent again, lost: together they are all records sent."""
    found = [Outcome(label="stored", count=accounting.stored, colour=BLUE)]
    found += [
        Outcome(label=f"quarantined: {reason}", count=count, colour=AMBER)
        for reason, count in _largest(accounting.quarantined)
    ]
    repeats = accounting.sent - accounting.sent_unique
    found.append(Outcome(label="sent again, counted once", count=repeats, colour=GREY))
    found.append(Outcome(label="lost", count=accounting.lost, colour=RED))
    return [outcome for outcome in found if outcome.count > 0]


def flow_figure(accounting: Accounting) -> Figure:
    """The picture; an outcome too small to be seen keeps a hairline."""
    flows = outcomes(accounting)
    total = sum(outcome.count for outcome in flows) or 1
    slots = [max(outcome.count / total, SLOT) for outcome in flows]
    figure = new_figure(max(2.2, 2.6 * sum(slots)))
    axes = figure.add_subplot()
    axes.set(xlim=(0, 1), ylim=(-max(sum(slots), 1), 0))
    axes.axis("off")
    _draw_source(axes, accounting, height=1.0 if flows else HAIRLINE)
    source = slot = 0.0
    for outcome, slot_height in zip(flows, slots, strict=True):
        share = outcome.count / total
        thickness = max(share, HAIRLINE)
        target = slot + (slot_height - thickness) / 2
        _draw_flow(axes, outcome, source=(source, share), target=(target, thickness))
        source, slot = source + share, slot + slot_height
    return figure


def _draw_source(axes: Axes, accounting: Accounting, *, height: float) -> None:
    axes.add_patch(Rectangle((LEFT - NODE_WIDTH, -height), NODE_WIDTH, height, color=INK, linewidth=0))
    middle, right = -height / 2, LEFT - NODE_WIDTH - 0.01
    axes.text(right, middle, f"{accounting.sent:,}", ha="right", va="bottom", fontsize=13, fontweight="bold")
    axes.text(right, middle, "records sent", ha="right", va="top", color=MUTED)


def _draw_flow(axes: Axes, outcome: Outcome, *, source: tuple[float, float], target: tuple[float, float]) -> None:
    ribbon = _ribbon(source, target)
    axes.add_patch(PathPatch(ribbon, facecolor=outcome.colour, alpha=0.28, linewidth=0))
    top, thickness = target
    axes.add_patch(Rectangle((RIGHT, -top - thickness), NODE_WIDTH, thickness, color=outcome.colour, linewidth=0))
    middle, left = -(top + thickness / 2), RIGHT + NODE_WIDTH
    axes.text(left + 0.07, middle, f"{outcome.count:,}", ha="right", va="center", fontweight="bold")
    axes.text(left + 0.08, middle, outcome.label, ha="left", va="center")


def _ribbon(source: tuple[float, float], target: tuple[float, float]) -> Outline:
    """From (top, thickness) at the left to (top, thickness) at the right, both edges bent alike."""
    left_top, right_top = -source[0], -target[0]
    left_bottom, right_bottom = left_top - source[1], right_top - target[1]
    bend = (LEFT + RIGHT) / 2
    points = [
        (LEFT, left_top), (bend, left_top), (bend, right_top), (RIGHT, right_top),
        (RIGHT, right_bottom), (bend, right_bottom), (bend, left_bottom), (LEFT, left_bottom), (LEFT, left_top),
    ]  # fmt: skip
    curve = [Outline.CURVE4] * 3
    return Outline(points, [Outline.MOVETO, *curve, Outline.LINETO, *curve, Outline.CLOSEPOLY])


def _largest(quarantined: Mapping[str, int]) -> Sequence[tuple[str, int]]:
    ordered = sorted(quarantined.items(), key=lambda item: (-item[1], item[0]))
    shown, rest = ordered[:REASONS_SHOWN], ordered[REASONS_SHOWN:]
    return [*shown, (f"{len(rest)} further reasons", sum(count for _, count in rest))] if rest else shown
