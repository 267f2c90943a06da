"""Rows per second of the exact orders, against the job as one would write it first and against DuckDB.

In: received orders made here (`received_orders`). Out: medians, their ratios, the time of four times the rows, and that
of a month's products if nine rows of ten are one product's, as a dict and as `build/bench/spark_orders.json`. Measured
is the work from the received files to the exact files, in wall and in CPU seconds, without the start of Spark; each
side in a process of its own, in turn, on the same files.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import results
from bench.received_orders import write_items, write_orders
from contracts import load_contract
from contracts.job_document import job_document

ROWS = 5_000_000
SMALL, LARGE = 1_000_000, 4_000_000
# Linear would be 4; the rest is what sorting and shuffling may add.
PROMISED_GROWTH = 4.6
SKEWED_ROWS, SHARE_OF_ONE_PRODUCT = 2_000_000, 0.9
PROMISED_SLOWDOWN = 2
CONTRACTS = ("orders", "order_items")
SIDES = ("ours", "published", "plain", "duckdb")
Write = Callable[[Path, int], Path]
SPARK = "--master local[2] --driver-memory 6g --conf spark.ui.enabled=false pyspark-shell"
JOBS = Path(__file__).resolve().parent.parent / "glue_scripts"


@dataclass(frozen=True, kw_only=True)
class Timing:
    """One run: seconds on the clock, seconds of the processor, and the rows written."""

    wall: float
    cpu: float
    rows: int


def measure(rounds: int = 5) -> dict[str, object]:
    """Time all sides in turn; a round takes minutes, so there are three at most."""
    if rounds < 1:
        raise ValueError(f"bench.spark_orders: {rounds} rounds measure nothing; give at least 1")
    turns = min(rounds, 3)
    with TemporaryDirectory() as folder:
        _pack_contracts(Path(folder))
        timed = _timed(Path(folder) / "all", ROWS, SIDES, turns)
        small = _timed(Path(folder) / "small", SMALL, ["ours"], turns)["ours"]
        large = _timed(Path(folder) / "large", LARGE, ["ours"], turns)["ours"]
        slowdown = _slowdown(Path(folder), turns)
    growth = _median(large, "wall") / _median(small, "wall")
    wall = {side: _median(timings, "wall") for side, timings in timed.items()}
    return {
        "rounds": turns,
        "events": ROWS,
        **{f"{side}_rows_per_second": round(ROWS / seconds) for side, seconds in wall.items()},
        **{f"{side}_cpu_seconds": round(_median(timings, "cpu"), 1) for side, timings in timed.items()},
        "ratio": round(wall["plain"] / wall["ours"], 2),
        "ratio_of_published": round(wall["plain"] / wall["published"], 2),
        "share_of_duckdb": round(wall["duckdb"] / wall["ours"], 2),
        "time_of_4_million_to_1_million": round(growth, 2),
        "growth_is_as_promised": growth <= PROMISED_GROWTH,
        "time_of_skewed_to_even_products": round(slowdown, 2),
        "slowdown_is_as_promised": slowdown <= PROMISED_SLOWDOWN,
        "same_rows": len({timing.rows for timings in timed.values() for timing in timings}) == 1,
        "every_round": [vars(timing) | {"side": side} for side, timings in timed.items() for timing in timings],
        "cores": os.cpu_count() or 1,
    }


def _pack_contracts(folder: Path) -> None:
    """The package of contracts that a job finds beside its code."""
    package = folder / "platform_contracts"
    package.mkdir()
    (package / "__init__.py").write_bytes(b"")
    for name in CONTRACTS:
        (package / f"{name}.json").write_bytes(job_document(load_contract(name)))


def _slowdown(folder: Path, turns: int) -> float:
    """How much longer the products take if nearly all rows are one product's."""
    ways: dict[str, Write] = {
        "even": write_items,
        "skewed": partial(write_items, share_of_one_product=SHARE_OF_ONE_PRODUCT),
    }
    even, skewed = (
        _median(_timed(folder / name, SKEWED_ROWS, ["products"], turns, write=write)["products"], "wall")
        for name, write in ways.items()
    )
    return skewed / even


def _timed(
    folder: Path, rows: int, sides: Sequence[str], turns: int, *, write: Write = write_orders
) -> dict[str, list[Timing]]:
    folder.mkdir()
    received = write(folder, rows)
    timings: dict[str, list[Timing]] = {side: [] for side in sides}
    for turn in range(turns):
        for side in sides:
            timings[side].append(_run(side, received, folder / "out"))
            shutil.rmtree(folder / "out")
        print(f"spark_orders {rows:,} rows, round {turn + 1}/{turns}", file=sys.stderr, flush=True)
    shutil.rmtree(folder)
    return timings


def _run(side: str, received: Path, out: Path) -> Timing:
    folder = received.parent.parent  # where the contracts are
    before = os.times()
    command = [sys.executable, "-m", "bench.orders_side", side, str(received), str(out)]
    path = os.pathsep.join([str(folder), str(JOBS)])
    environment = os.environ | {"PYSPARK_SUBMIT_ARGS": SPARK, "PYTHONPATH": path}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise RuntimeError(f"bench.orders_side {side} failed: {done.stderr[-2_000:]}")
    after = os.times()
    told = json.loads(done.stdout.strip().splitlines()[-1])
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Timing(wall=told["seconds"], cpu=cpu, rows=told["rows"])


def _median(timings: list[Timing], name: str) -> float:
    return float(statistics.median(getattr(timing, name) for timing in timings))


def main() -> None:
    result = measure()
    path = results.write("spark_orders", result)
    print(results.table({"spark_orders": result}))
    print(f"\n{path}")


if __name__ == "__main__":
    main()
