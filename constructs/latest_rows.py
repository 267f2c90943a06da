"""The query of a view over a table filled from files: each key once, in the row that came last."""

from contracts import Column, Contract

# Of rows that came at the same moment any may win, but always the same one.
LATEST_FIRST = ("_arrival_ts", "_file_sha256", "_source_line")


def latest_rows(contract: Contract, columns: tuple[Column, ...]) -> str:
    """Athena's SQL for ``columns`` of the contract's received table, which stands in the view's own database.

    A later file corrects an earlier one, whatever it changes, the partition included: so the window knows the key only,
    and a filter on the partition does not spare the scan of the keys. No column beside ``columns``, the key and where
    a row came from is named: whoever asks a view needs the right to every column its query names.
    """
    order = tuple(name for name in LATEST_FIRST if name in {column.name for column in contract.columns})
    names = [column.name for column in columns]
    needed = [*names, *(name for name in (*contract.keys, *order) if name not in names)]
    return "\n".join(
        [
            "SELECT",
            _listed(names, 4),
            "FROM (",
            "    SELECT",
            _listed(needed, 8) + ",",
            "        row_number() OVER (",
            f"            PARTITION BY {', '.join(contract.keys)}",
            f"            ORDER BY {', '.join(f'{name} DESC' for name in order)}",
            "        ) AS place_from_last",
            f"    FROM {contract.received_as}",
            ") AS received",
            "WHERE place_from_last = 1",
            "",
        ]
    )


def _listed(names: list[str], indent: int) -> str:
    return ",\n".join(" " * indent + name for name in names)
