"""Pictures that live inside a page: a matplotlib figure goes in, an SVG element without outside references comes out.

Colours are those of the page: a figure is drawn with the stand-ins below, which become CSS variables, so one picture
suits a light and a dark page.
"""

import io
import re
from collections.abc import Callable
from html import escape
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

WIDTH_INCHES = 10.0
INK, MUTED, GRID = "#010101", "#020202", "#030303"
BLUE, AMBER, GREY, RED = "#040404", "#050505", "#060606", "#070707"
VARIABLES = {
    INK: "var(--ink)",
    MUTED: "var(--muted)",
    GRID: "var(--grid)",
    BLUE: "var(--blue)",
    AMBER: "var(--amber)",
    GREY: "var(--grey)",
    RED: "var(--red)",
}
SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text: it can be searched, copied and read aloud
    "svg.hashsalt": "report",  # without it the ids are random
    "text.parse_math": False,  # a dollar in a name is a dollar
    "font.size": 9.5,
    "text.color": INK,
    "axes.facecolor": "none",
    "axes.edgecolor": GRID,
    "axes.labelcolor": MUTED,
    "axes.titlecolor": INK,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
}
NOT_FOR_A_PAGE = re.compile(
    r"<metadata>.*?</metadata>|<!--.*?-->|<style.*?</style>|\s+xmlns(:\w+)?=\"[^\"]*\"", re.DOTALL
)
SIZE = re.compile(r'<svg [^>]*?viewBox="([^"]+)"[^>]*>')
ID = re.compile(r'(\bid="|url\(#|href="#)')


def new_figure(height_inches: float) -> Figure:
    """An empty, transparent figure as wide as the page's text."""
    figure = Figure(figsize=(WIDTH_INCHES, height_inches), layout="constrained")
    figure.patch.set_visible(False)
    return figure


def inline_svg(draw: Callable[[], Figure], *, name: str, title: str, description: str) -> str:
    """What ``draw`` draws as an element; ``name`` keeps its ids apart from those of other pictures on the page."""
    target = io.StringIO()
    with mpl.rc_context(SETTINGS):
        draw().savefig(target, format="svg", metadata={"Date": None, "Creator": None})
    text = target.getvalue()
    text = NOT_FOR_A_PAGE.sub("", text[text.index("<svg") :])
    text = ID.sub(rf"\g<1>{name}-", text)
    for stand_in, variable in VARIABLES.items():
        text = text.replace(stand_in, variable)
    head = (
        f'<svg class="picture" viewBox="\\1" role="img" aria-labelledby="{name}-title {name}-desc">\n'
        f'<title id="{name}-title">{_text(title)}</title>\n<desc id="{name}-desc">{_text(description)}</desc>'
    )
    return re.sub(r"\n\s*\n+", "\n", SIZE.sub(head, text, count=1))


def _text(text: str) -> str:
    return escape(text).replace("\\", "&#92;")
