"""What a reader sees of objects that lie in folders: the received tables filled from them, and the views over them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from contracts import Contract, load_contract
from local.lake.column_types import duckdb_type
from local.lake.object_reader import literal, quoted
from tests.support import lake_tables


class LakeOfObjects:
    """One catalogue for many fillings: making the views costs more than reading a few objects."""

    def __init__(self, *, threads: int = 1) -> None:
        self.connection = lake_tables.empty_lake()
        self.connection.execute("SET TimeZone = 'UTC'")
        # A few objects are read sooner than threads are woken.
        self.connection.execute(f"SET threads = {threads}")

    def read(self, folders: Mapping[str, Path]) -> duckdb.DuckDBPyConnection:
        """The lake with exactly the objects of these folders, one for each zone (``silver``, ``quarantine``)."""
        for name in lake_tables.DATASETS:
            contract = load_contract(name)
            self.connection.execute(f"DELETE FROM {quoted(str(contract.received_as))}")  # noqa: S608
            self._fill(contract, folders[str(contract.zone)] / name)
        return self.connection

    def _fill(self, contract: Contract, folder: Path) -> None:
        if not any(folder.rglob("*.parquet")):
            return
        types = ", ".join(f"{quoted(column.name)}: {duckdb_type(column.type)}" for column in contract.partitions)
        columns = ", ".join(quoted(column.name) for column in contract.columns)
        scan = (
            f"read_parquet({literal(f'{folder}/**/*.parquet')}, union_by_name = true, "
            f"hive_partitioning = true, hive_types = {{{types}}})"
        )
        self.connection.execute(
            f"INSERT INTO {quoted(str(contract.received_as))} BY NAME SELECT {columns} FROM {scan}"  # noqa: S608
        )


def seen(lake: duckdb.DuckDBPyConnection) -> dict[str, set[tuple[Any, ...]]]:
    """Every row of every view, by its name."""
    return {name: set(lake.execute(f"SELECT * FROM {quoted(name)}").fetchall()) for name in lake_tables.VIEW_NAMES}  # noqa: S608


def fetch(s3: Any, bucket: str, folder: Path) -> int:
    """Copies what is in the bucket and not in the folder yet; returns how many objects the bucket has."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    keys = [entry["Key"] for page in pages for entry in page.get("Contents", ())]
    for key in keys:
        path = folder / key
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    return len(keys)
