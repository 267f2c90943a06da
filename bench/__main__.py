"""`python -m bench [--rounds N] [name ...]`: runs the measurements, writes their JSON and prints one table."""

import argparse
import importlib
import sys
from collections.abc import Mapping

from bench import results

PROMISED_RATIO = 3
OF_ORDERS = {
    "same_rows": "spark_orders: all sides must write as many rows",
    "growth_is_as_promised": "spark_orders: four times the rows must not take more than 4.6 times as long",
    "slowdown_is_as_promised": "spark_orders: nine rows of ten of one product must not take twice as long",
}
MEASUREMENTS = ("synth_time", "handler_throughput", "validator_throughput", "spark_orders")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Run the measurements of this project.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(MEASUREMENTS)}; default: all")
    parser.add_argument("--rounds", type=int, default=5, help="timed rounds of each measurement (default 5)")
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - set(MEASUREMENTS):
        parser.error(f"unknown measurement {', '.join(sorted(unknown))}; choose from {', '.join(MEASUREMENTS)}")
    measured: dict[str, dict[str, object]] = {}
    for name in options.names or MEASUREMENTS:
        print(f"{name} ...", file=sys.stderr, flush=True)
        measured[name] = importlib.import_module(f"bench.{name}").measure(rounds=options.rounds)
        results.write(name, measured[name])
    print(results.table(measured))
    print(f"\nEvery round is in {results.FOLDER}/<name>.json")
    broken = broken_promises(measured)
    print(*(f"bench: {promise}" for promise in broken), sep="\n", end="\n" if broken else "", file=sys.stderr)
    return 1 if broken else 0


def broken_promises(measured: Mapping[str, Mapping[str, object]]) -> list[str]:
    """What is promised of a measurement and was not found, in a sentence each."""
    broken = []
    synthesis, orders = measured.get("synth_time"), measured.get("spark_orders")
    if synthesis and not (synthesis["identical_output"] is True and float(str(synthesis["ratio"])) >= PROMISED_RATIO):
        broken.append(f"synthesis must give the same output {PROMISED_RATIO} times as fast")
    if orders:
        broken += [promise for name, promise in OF_ORDERS.items() if orders[name] is not True]
    return broken


if __name__ == "__main__":
    sys.exit(main())
