"""Pieces of HTML: texts and rows go in, escaped elements come out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

from matplotlib.figure import Figure

from local.report.svg import inline_svg

TALL_TABLE_ROWS = 20


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A figure and what it says in words; ``name`` is unique on the page."""

    name: str
    title: str
    text: str
    draw: Callable[[], Figure]


def section(title: str, text: str, *content: str) -> str:
    """A card of the page."""
    return f"<section>\n<h2>{escape(title)}</h2>\n<p class='note'>{escape(text)}</p>\n{''.join(content)}</section>\n"


def picture_section(picture: Picture, caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A picture with its numbers beneath: who cannot see it, or wants to know exactly, opens the table.

    Without rows there is nothing to draw, and the text stands alone.
    """
    if not rows:
        return section(picture.title, picture.text)
    svg = inline_svg(picture.draw, name=picture.name, title=picture.title, description=picture.text)
    numbers = f"<details>\n<summary>The numbers as a table</summary>\n{table(caption, head, rows)}</details>\n"
    return section(picture.title, picture.text, f'<div class="scroll">{svg}</div>\n', numbers)


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose first column names its rows."""
    body = [_row(row) for row in rows]
    columns = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    tall = ' class="scroll tall" tabindex="0"' if len(body) > TALL_TABLE_ROWS else ' class="scroll"'
    return (
        f"<div{tall}>\n<table>\n<caption>{escape(caption)}</caption>\n"
        f"<thead><tr>{columns}</tr></thead>\n<tbody>\n{''.join(body)}</tbody>\n</table>\n</div>\n"
    )


def columns(*content: str) -> str:
    """Side by side where there is room."""
    return f'<div class="columns">\n{"".join(content)}</div>\n'


def key_figures(figures: Iterable[tuple[str, str]]) -> str:
    """Names and numbers in large type."""
    items = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>\n" for name, value in figures)
    return f'<dl class="figures">\n{items}</dl>\n'


def verdict(problems: Sequence[str], good: str) -> str:
    """Whether the run kept its promises."""
    if not problems:
        return f'<div class="verdict"><p><strong>As promised.</strong> {escape(good)}</p></div>\n'
    texts = "".join(f"<p>{escape(problem)}</p>" for problem in problems)
    return f'<div class="verdict bad"><p><strong>Not as promised.</strong></p>{texts}</div>\n'


def _row(cells: Sequence[str]) -> str:
    first, *others = (escape(cell) for cell in cells)
    return f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in others)}</tr>\n'
