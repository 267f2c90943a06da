"""Do all sides of the measurement come to the same rows?"""

from pathlib import Path

import duckdb
import pytest

from bench import spark_orders
from bench.received_orders import write_orders
from local.spark.java import java_home

ROWS = 1_500
CONTENT = """
    SELECT count(*), count(DISTINCT event_id), sum(hash(event_id, occurred_at, total_amount, _sequence_number)::HUGEINT)
    FROM read_parquet('{place}/**/*.parquet')
"""


def test_all_sides_write_each_event_once_as_it_came_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(java_home()))
    spark_orders._pack_contracts(tmp_path)
    (tmp_path / "all").mkdir()
    received = write_orders(tmp_path / "all", ROWS)
    contents = set()
    for side in spark_orders.SIDES:
        timing = spark_orders._run(side, received, tmp_path / side)
        assert timing.rows == ROWS
        contents.add(duckdb.sql(CONTENT.format(place=tmp_path / side)).fetchall()[0])
    assert len(contents) == 1
    assert contents.pop()[:2] == (ROWS, ROWS)
