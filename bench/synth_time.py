"""Wall time of `python main.py` against the same app importing the AWS bindings the ordinary way.

In: this checkout, run from its root. Out: medians, their ratio and whether both sides wrote the same bytes, as a dict
and as `build/bench/synth_time.json`. The sides take turns after one warm-up each, with the same interpreter, stacks
and environment, and each has its own output folder; the slow side is `bench.plain_app`.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from bench import results

APP = "main.py"
SIDES: dict[str, tuple[str, ...]] = {"fast": (APP,), "plain": ("-m", "bench.plain_app", APP)}
TIMEOUT_SECONDS = 600

Synthesize = Callable[[str, Path], float]


def measure(
    rounds: int = 5, *, folder: Path = results.FOLDER / "synth_time", synthesize: Synthesize | None = None
) -> dict[str, object]:
    """Time both sides `rounds` times; `synthesize(side, out)` writes one side's output and returns its seconds."""
    if rounds < 1:
        raise ValueError(f"bench.synth_time: {rounds} rounds measure nothing; give at least 1")
    run = synthesize or run_app
    seconds: dict[str, list[float]] = {side: [] for side in SIDES}
    different: set[str] = set()
    for turn in range(rounds + 1):
        took = {side: run(side, folder / side) for side in SIDES}
        different |= differing_files(folder / "fast", folder / "plain")
        _report(turn, rounds, took)
        if turn > 0:  # turn 0 warms caches up: bytecode, jsii's packages, built layers
            for side, value in took.items():
                seconds[side].append(value)
    return _result(seconds, different, folder / "fast")


def run_app(side: str, out: Path) -> float:
    """Synthesize the app as `side` into an empty `out` and return the seconds from start to exit."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)  # cdktf makes only the last folder of its path
    environment = os.environ | {"CDKTF_OUTDIR": str(out.absolute())}
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *SIDES[side]],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_SECONDS,
    )
    took = time.perf_counter() - started
    if done.returncode != 0:
        command = " ".join(SIDES[side])
        raise RuntimeError(f"python {command} failed with exit code {done.returncode}:\n{done.stderr[-3000:]}")
    return took


def differing_files(one: Path, other: Path) -> set[str]:
    """Paths whose bytes differ between two folders, or that only one of them has."""
    left, right = _content(one), _content(other)
    return {name for name in left.keys() | right.keys() if left.get(name) != right.get(name)}


def _content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _result(seconds: Mapping[str, Sequence[float]], different: set[str], out: Path) -> dict[str, object]:
    median = {side: statistics.median(values) for side, values in seconds.items()}
    return {
        "rounds": len(seconds["fast"]),
        "fast_median_seconds": round(median["fast"], 3),
        "plain_median_seconds": round(median["plain"], 3),
        "ratio": round(median["plain"] / median["fast"], 2),
        "identical_output": not different,
        "different_files": sorted(different),
        **_size(out),
        "fast_seconds": [round(value, 3) for value in seconds["fast"]],
        "plain_seconds": [round(value, 3) for value in seconds["plain"]],
        "python": sys.version.split()[0],
        "cores": os.cpu_count() or 1,
    }


def _size(out: Path) -> dict[str, int]:
    stacks = [json.loads(path.read_bytes()) for path in sorted(out.glob("stacks/*/cdk.tf.json"))]
    resources = sum(len(same_type) for stack in stacks for same_type in stack.get("resource", {}).values())
    return {"files": len(_content(out)), "stacks": len(stacks), "resources": resources}


def _report(turn: int, rounds: int, took: Mapping[str, float]) -> None:
    name = f"round {turn}/{rounds}" if turn else "warm-up"
    times = ", ".join(f"{side} {value:.2f} s" for side, value in took.items())
    print(f"synth_time {name}: {times}", file=sys.stderr, flush=True)


def main() -> int:
    result = measure()
    path = results.write("synth_time", result)
    print(results.table({"synth_time": result}))
    print(f"\n{path}")
    return 0 if result["identical_output"] else 1


if __name__ == "__main__":
    sys.exit(main())
