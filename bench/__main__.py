"""`python -m bench [--rounds N] [name ...]`: runs the measurements, writes their JSON and prints one table."""

import argparse
import importlib
import sys

from bench import results
from bench.promises import broken_promises

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


if __name__ == "__main__":
    sys.exit(main())
