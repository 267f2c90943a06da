"""Contracts in, one Markdown page out: ``python -m contracts.data_dictionary`` writes docs/DATA_DICTIONARY.md."""

from collections.abc import Iterator
from pathlib import Path

from contracts.contract import Column, Contract
from contracts.loader import load_contracts

PAGE = Path(__file__).resolve().parent.parent / "docs" / "DATA_DICTIONARY.md"
HEAD = """# Data dictionary

Written from `contracts/*.odcs.yaml` by `make docs`; a test compares the two. Types are those of Glue.

Personal data: a kind (`email`, `name`, ...) stands in clear, `token` is a keyed hash of it, `personal` may hold some or
has members that do.
"""


def data_dictionary() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(_section(contract) for contract in load_contracts().values())])


def _section(contract: Contract) -> str:
    lines = [f"## {contract.name}", "", f"{contract.purpose} {contract.limitations}", ""]
    lines.append(f"- Each row: {contract.granularity}")
    lines.append(f"- Key: {', '.join(f'`{key}`' for key in contract.keys)}")
    lines.append(f"- Version {contract.version}, owner {contract.owner}")
    lines += _places(contract)
    if contract.ignored_source_columns:
        left_out = ", ".join(f"`{name}`" for name in contract.ignored_source_columns)
        lines.append(f"- In the source and not taken: {left_out}")
    if contract.partition_by:
        lines.append(f"- Partitions follow `{contract.partition_by}`")
    lines += ["", "| column | type | required | personal data | meaning |", "|---|---|---|---|---|"]
    lines += [_row(path, column) for path, column in _flat("", contract.columns)]
    return "\n".join([*lines, ""])


def _places(contract: Contract) -> Iterator[str]:
    """Under which names a reader finds it."""
    if contract.is_published:
        partitions = ", ".join(f"`{column.name}`" for column in contract.published_partitions)
        yield f"- Database `{contract.database}`; published by a job as `{contract.name}`, partitions {partitions}"
    if contract.received_as:
        since = f"; each row once as soon as it is stored: `{contract.live_as}`" if contract.live_as else ""
        full = f"; with what is sensitive: `{contract.full_as}`" if contract.full_as else ""
        yield f"- Database `{contract.database}`; as delivered: `{contract.received_as}`{since}{full}"


def _flat(prefix: str, columns: tuple[Column, ...]) -> Iterator[tuple[str, Column]]:
    for column in columns:
        yield prefix + column.name, column
        yield from _flat(f"{prefix}{column.name}{'[]' if column.type == 'array' else ''}.", column.fields)


def _row(path: str, column: Column) -> str:
    type_ = f"{column.type} (partition)" if column.partition else column.type
    personal = column.pii or ("" if column.sensitivity == "none" else column.sensitivity)
    meaning = column.description
    if column.option("sourceName"):
        meaning += f" In the source: `{column.source}`."
    return f"| `{path}` | {type_} | {'yes' if column.required else ''} | {personal} | {meaning} |"


if __name__ == "__main__":
    PAGE.write_text(data_dictionary(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(PAGE.parent.parent)}")
