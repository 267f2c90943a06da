"""`python -m bench [--rounds N] [name ...]`: runs the measurements, writes their JSON and prints one table."""

import argparse
import importlib
import sys

from bench import results

PROMISED_RATIO = 3
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
    return _verdict(measured.get("synth_time"))


def _verdict(synthesis: dict[str, object] | None) -> int:
    """1 if synthesis is not what is promised: the same output in a third of the time at the most."""
    if synthesis is None:
        return 0
    kept = synthesis["identical_output"] is True and float(str(synthesis["ratio"])) >= PROMISED_RATIO
    if not kept:
        print(f"bench: synthesis must give the same output {PROMISED_RATIO} times as fast", file=sys.stderr)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
