"""Some partitions of a table as a condition of SQL that Spark and Iceberg look up instead of reading everything."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from lib.published_table import Partition


def in_partitions(names: Sequence[str], partitions: Collection[Partition]) -> str:
    """``(year = 2026 AND month = 3 AND day IN (1, 2)) OR ...``: one term for all that share all values but the last."""
    terms: dict[Partition, list[str]] = defaultdict(list)
    for partition in sorted(set(partitions), key=repr):
        terms[partition[:-1]].append(_literal(partition[-1]))
    return " OR ".join(
        "("
        + " AND ".join(
            [
                *(f"`{name}` = {_literal(value)}" for name, value in zip(names, outer, strict=False)),
                f"`{names[-1]}` IN ({', '.join(values)})",
            ]
        )
        + ")"
        for outer, values in terms.items()
    )


def _literal(value: int | str) -> str:
    if isinstance(value, int):
        return str(value)
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
