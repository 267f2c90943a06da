"""Ten thousand small files become a few of the size asked for, with the same rows."""

import os
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812

from compact import Compacted, compact_table
from contracts import load_contract, runtime_document
from lib.compaction import Compaction
from lib.published_table import Run
from lib.received import Received
from lib.table_contract import load_contract as load_table
from shared.runtime_contract import load_contract as load_runtime
from shared.table_object import TableFormat, object_key
from tests.support.copying_folder import CopyingFolder

FILES, ROWS = 10_000, 40
HOURS = 2
MB = 1024 * 1024
TARGET_MB = 256
FIRST_HOUR = 358_664  # 2010-12-01 08:00, counted from 1970


def write_files(folder: CopyingFolder, packed: Path) -> None:
    """Small objects as the etl_processor writes them; what they say hardly compresses, as tokens do not."""
    contract = load_runtime(packed, "order_items")
    names = [column.name for column in contract.data_columns]
    table, chance = TableFormat(contract, columns=names, distinct=names), Random(7)  # noqa: S311  the same each time
    for number in range(FILES):
        hour = FIRST_HOUR + number % HOURS
        sequence = [str(10**50 + number * ROWS + place) for place in range(ROWS)]
        moment = hour * 3_600_000_000 + number * 1_000
        values: dict[str, list[Any]] = dict.fromkeys(names, ["x"] * ROWS) | {
            "event_id": [f"e-{text}" for text in sequence],
            "line_number": [1] * ROWS,
            "description": [b64encode(chance.randbytes(1_500)).decode() for _ in sequence],
            "quantity": [number % 7] * ROWS,
            "unit_price": [number] * ROWS,
            "line_amount": [number * (number % 7)] * ROWS,
            "occurred_at": [moment] * ROWS,
            "_sequence_number": sequence,
            "_arrival_ts": [moment] * ROWS,
        }
        body = table.parquet({name: table.array(name, values[name]) for name in names})
        folder.write(object_key("order_items", hour, "shardId-000000000000", sequence), body)


def sums(rows: DataFrame) -> tuple[Any, ...]:
    """Of all rows, in whatever order they come."""
    checksum = F.sum(F.xxhash64(*rows.columns).cast("decimal(20,0)"))
    return tuple(rows.agg(F.count("*"), F.sum("quantity"), F.sum("line_amount"), checksum).collect()[0])


def test_ten_thousand_files_become_a_few_of_the_size_asked_for(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "order_items.json").write_bytes(runtime_document(load_contract("order_items")))
    folder = CopyingFolder(tmp_path / "silver")
    write_files(folder, tmp_path)
    received = Received(contract=load_table("order_items"), objects=folder)
    before = sums(received.rows(spark, received.listed()))
    this = Compaction(
        spark=spark,
        contract=received.contract,
        objects=folder,
        run=Run(job="compact"),
        target_bytes=TARGET_MB * MB,
        closed_after=timedelta(hours=48),
        now=datetime(2010, 12, 4, tzinfo=UTC),
    )
    done = compact_table(this)
    after = received.listed()
    sizes = [item.size / MB for item in after]
    print(f"{FILES} files, {os.cpu_count()} cores: {len(after)} files of {min(sizes):.1f} to {max(sizes):.1f} MB")
    assert done == Compacted(table="order_items", before=FILES, after=len(after), rows=FILES * ROWS)
    assert all(128 <= size <= 512 for size in sizes), sizes
    assert len(after) > HOURS
    assert sums(received.rows(spark, after)) == before
    assert before[0] == FILES * ROWS
