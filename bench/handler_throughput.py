"""Records per second and core of the etl_processor's batch function, between two others of the same work.

`plain_handler` is how tutorials write it, `bare_handler` the least that Python can do: the limit of the machine.

In: events made here from a seed, about 1 KB with three items. Out: medians, their ratios, and what the function takes
beside (see `function_footprint`), as a dict and as `build/bench/handler_throughput.json`. Measured is the pure part,
from the event to the bytes of the objects, in CPU seconds; the sides take turns on the same events, every round on new
ones.
"""

import base64
import gc
import importlib
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench import results
from bench.function_footprint import VARIABLES, footprint
from contracts import load_contract, runtime_document

FUNCTIONS = Path(__file__).resolve().parent.parent / "lambda_src"
DATASETS = (
    *("order_event", "orders", "order_items"),
    *("shop_event", "clickstream"),
    *("web_request_event", "web_requests"),
    "quarantine",
)
KEY = b"k" * 64
BATCH_RECORDS = 4_000  # what Lambda's 6 MB hold of such events
SMALL_BATCH_RECORDS = 500  # what a quiet shard hands over
PAYLOAD_LIMIT_BYTES = 6 * 1024 * 1024
PRODUCTS = 3_000
START = datetime(2010, 12, 1, 8, tzinfo=UTC)
WORDS = (
    "WHITE",
    "RED",
    "CREAM",
    "VINTAGE",
    "RETROSPOT",
    "HANGING",
    "HEART",
    "T-LIGHT",
    "HOLDER",
    "LUNCH",
    "BAG",
    "SET",
)
FIRST_NAMES = ("Ada", "Ben", "Cleo", "Dai", "Esme", "Finn", "Gwen", "Hugo", "Iris", "Jack", "Kai", "Lena", "Milo")
LAST_NAMES = ("Archer", "Baker", "Carter", "Dyer", "Fisher", "Glover", "Hunter", "Mason", "Miller", "Potter", "Turner")

Event = dict[str, Any]
Process = Callable[[Event], Any]


def measure(rounds: int = 5) -> dict[str, object]:
    """Time both sides `rounds` times on batches of two sizes."""
    if rounds < 1:
        raise ValueError(f"bench.handler_throughput: {rounds} rounds measure nothing; give at least 1")
    ours = batch_function()
    sides: dict[str, Process] = {"ours": ours, "plain": _other("plain_handler"), "limit": _other("bare_handler")}
    large = _turns(sides, BATCH_RECORDS, rounds)
    small = _turns(sides, SMALL_BATCH_RECORDS, rounds)
    sample = batch(BATCH_RECORDS, seed=0)
    stored = ours(sample)
    return {
        "rounds": rounds,
        "bytes_per_event": round(statistics.mean(map(len, _payloads(sample)))),
        "large_batch": _summary(BATCH_RECORDS, large),
        "small_batch": _summary(SMALL_BATCH_RECORDS, small),
        "ratio": _summary(BATCH_RECORDS, large)["ratio"],
        "objects_of_large_batch": len(stored.objects),
        "bytes_of_large_batch": sum(len(item.body) for item in stored.objects),
        "all_records_stored": stored.stored == BATCH_RECORDS,
        **footprint(),
        "python": sys.version.split()[0],
        "cores": os.cpu_count() or 1,
    }


def _other(module: str) -> Process:
    """The other side of this name; pandas takes a second to import, which nobody else has to wait for."""
    process = importlib.import_module(f"bench.{module}").process
    return lambda event: process(event, KEY)


def batch_function() -> Process:
    """The function's own batch code, imported as in its package, with the contracts of this checkout."""
    load = _of_functions("etl_processor.datasets").load_contracts
    make = _of_functions("etl_processor.batch").BatchProcessor
    with tempfile.TemporaryDirectory() as folder:
        for name in DATASETS:
            (Path(folder) / f"{name}.json").write_bytes(runtime_document(load_contract(name)))
        process: Process = make(load(Path(folder)), KEY).process
    return process


def _of_functions(module: str) -> Any:
    """A module as the function finds it in its package."""
    sys.path.insert(0, str(FUNCTIONS))
    try:
        return importlib.import_module(module)
    finally:
        sys.path.remove(str(FUNCTIONS))


def batch(records: int, *, seed: int) -> Event:
    """A Kinesis event of so many orders of an hour, the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311  events to measure with, nothing secret
    shelf = random.Random(0)  # noqa: S311  the shop's catalogue stays the same
    products = [_product(shelf) for _ in range(PRODUCTS)]
    return {"Records": [_record(place, _order(place, products, dice), seed) for place in range(records)]}


def _product(dice: random.Random) -> tuple[str, str, int]:
    code = f"{dice.randrange(10_000, 99_999)}{dice.choice(['', 'A', 'B'])}"
    return code, " ".join(dice.choices(WORDS, k=20)), dice.randrange(20, 2_000)


def _order(place: int, products: Sequence[tuple[str, str, int]], dice: random.Random) -> Event:
    lines = [(dice.choice(products), dice.randrange(1, 13)) for _ in range(3)]
    total = sum(cents * quantity for (_, _, cents), quantity in lines)
    first, last = dice.choice(FIRST_NAMES), dice.choice(LAST_NAMES)
    number = f"{536_365 + place}{dice.randrange(10**6):06d}"
    moment = START + timedelta(seconds=place % 3_600)
    return {
        "event_id": f"order_placed-{number}",
        "event_type": "order_placed",
        "schema_version": "1.0",
        "occurred_at": moment.isoformat().replace("+00:00", "Z"),
        "order_id": number,
        "currency": "GBP",
        "country": "United Kingdom",
        "customer": {
            "id": str(dice.randrange(12_000, 99_000)),
            "email": f"{first}.{last}.{dice.randrange(10**6)}@example.com".lower(),
            "phone": f"+44 20 {dice.randrange(10**4):04d} {dice.randrange(10**4):04d}",
            "name": f"{first} {last}",
        },
        "ip_address": f"10.{dice.randrange(256)}.{dice.randrange(256)}.{dice.randrange(256)}",
        "total": f"{total / 100:.2f}",
        "items": [
            {"stock_code": code, "description": text, "quantity": quantity, "unit_price": f"{cents / 100:.2f}"}
            for (code, text, cents), quantity in lines
        ],
    }


def _record(place: int, order: Event, seed: int) -> Event:
    sequence_number = f"4959033827149025660855969253836157109592{seed % 10_000:04d}{place:012d}"
    data = json.dumps(order, separators=(",", ":")).encode()
    arrival = START.timestamp() + place % 3_600 + 30
    kinesis = {
        "partitionKey": order["order_id"],
        "sequenceNumber": sequence_number,
        "data": base64.b64encode(data).decode(),
        "approximateArrivalTimestamp": arrival,
    }
    return {"kinesis": kinesis, "eventID": f"shardId-000000000006:{sequence_number}"}


def _payloads(event: Event) -> Iterator[bytes]:
    return (base64.b64decode(record["kinesis"]["data"]) for record in event["Records"])


def _turns(sides: dict[str, Process], records: int, rounds: int) -> dict[str, list[float]]:
    """Records per CPU second of each side, a figure per round after one warm-up."""
    speeds: dict[str, list[float]] = {side: [] for side in sides}
    for turn in range(rounds + 1):
        event = batch(records, seed=turn)
        repeats = max(1, BATCH_RECORDS // records)
        for side, process in sides.items():
            gc.collect()  # a side does not pay for what the other left behind
            started = time.process_time()
            for _ in range(repeats):
                process(event)
            speed = repeats * records / (time.process_time() - started)
            if turn > 0:
                speeds[side].append(speed)
        print(f"handler_throughput {records} records, round {turn}/{rounds}", file=sys.stderr, flush=True)
    return speeds


def _summary(records: int, speeds: dict[str, list[float]]) -> dict[str, object]:
    ours, plain, limit = (statistics.median(speeds[side]) for side in ("ours", "plain", "limit"))
    return {
        "records": records,
        "records_per_second_and_core": round(ours),
        "plain_records_per_second_and_core": round(plain),
        "limit_records_per_second_and_core": round(limit),
        "ratio": round(ours / plain, 2),
        "share_of_limit": round(ours / limit, 2),
        "every_round": [round(speed) for speed in speeds["ours"]],
        "plain_every_round": [round(speed) for speed in speeds["plain"]],
        "limit_every_round": [round(speed) for speed in speeds["limit"]],
    }


def peak_memory_mb() -> float:
    """What this process held at most, after it did what the function's does with the largest payload.

    With all that the function loads, boto3 for one, and from the event's text, of which the runtime makes objects.
    """
    records = PAYLOAD_LIMIT_BYTES // len(json.dumps(batch(1, seed=0)))
    payload = json.dumps(batch(records, seed=0))
    os.environ.update(VARIABLES)
    _of_functions("etl_processor.handler")
    batch_function()(json.loads(payload))
    status = Path("/proc/self/status").read_text(encoding="ascii")
    # The mark of this process alone: getrusage would tell that of whoever started it, if it was higher.
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main() -> None:
    if sys.argv[1:] == ["--peak-memory"]:
        print(round(peak_memory_mb(), 1))
        return
    result = measure()
    path = results.write("handler_throughput", result)
    print(results.table({"handler_throughput": result}))
    print(f"\n{path}")


if __name__ == "__main__":
    main()
