"""The measurement of the batch function compares like with like."""

import base64
import io
import json
from decimal import Decimal
from types import ModuleType

import duckdb
import pytest
from arro3.io import read_parquet

from bench import bare_handler, plain_handler
from bench.handler_throughput import KEY, batch, batch_function, measure
from tests.unit.etl_processor.etl_events import rows

# What only checks can tell; the bare side does without.
OF_OURS_ALONE = {"late", "_extra"}


def test_events_are_about_a_kilobyte_with_three_items_and_come_from_their_seed() -> None:
    event = batch(200, seed=1)
    payloads = [base64.b64decode(record["kinesis"]["data"]) for record in event["Records"]]
    assert 900 <= sum(map(len, payloads)) / 200 <= 1_100
    assert {len(json.loads(payload)["items"]) for payload in payloads} == {3}
    assert event == batch(200, seed=1)
    assert event != batch(200, seed=2)


@pytest.mark.parametrize("other", [plain_handler, bare_handler])
def test_the_other_sides_store_the_same_orders_and_lines(other: ModuleType) -> None:
    event = batch(200, seed=1)
    ours = batch_function()(event).objects
    files = other.process(event, KEY)
    for table in ("orders", "order_items"):
        mine = rows(ours, table)
        (file,) = [data for name, data in files.items() if name.startswith(f"{table}/")]
        amount = "total_amount" if table == "orders" else "line_amount"
        relation = duckdb.from_arrow(read_parquet(io.BytesIO(file)).read_all())
        (theirs,) = relation.aggregate(f"count(*), round(sum({amount}), 2)::decimal(18, 2)").fetchall()
        assert theirs == (len(mine), sum((row[amount] for row in mine), Decimal(0)))
        assert mine[0].keys() - set(relation.columns) <= OF_OURS_ALONE


def test_nothing_is_measured_in_no_rounds() -> None:
    with pytest.raises(ValueError, match="give at least 1"):
        measure(rounds=0)
