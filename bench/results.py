"""Where a measurement's JSON goes, and how it reads on a terminal."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

FOLDER = Path("build/bench")


def write(name: str, result: Mapping[str, object], folder: Path = FOLDER) -> Path:
    """Keep `result` as `<folder>/<name>.json` and return that path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    path.write_text(json.dumps(result, indent=2, default=str) + "\n", encoding="utf-8")
    return path


def table(results: Mapping[str, Mapping[str, object]]) -> str:
    """Align every single value under its measurement; lists (the rounds) stay in the JSON."""
    blocks = []
    for name, result in results.items():
        rows = list(_rows(result))
        width = max((len(label) for label, _ in rows), default=0)
        blocks.append("\n".join([name, *(f"  {label:<{width}}  {value}" for label, value in rows)]))
    return "\n\n".join(blocks)


def _rows(result: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in result.items():
        label = prefix + key.replace("_", " ")
        if isinstance(value, Mapping):
            yield from _rows(value, f"{label}: ")
        elif not isinstance(value, list | tuple):
            yield label, _shown(value)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
