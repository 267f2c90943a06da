"""The measurement compares the two sides fairly: in turn, by medians, with the warm-up left out and bytes compared."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bench import results, synth_time

ROOT = Path(__file__).parents[3]


def fake_sides(
    times: dict[str, list[float]], *, plain_text: str = "same"
) -> tuple[list[str], Callable[[str, Path], float]]:
    """Sides that take the given seconds and write one stack of two resources; the calls are noted in order."""
    calls: list[str] = []

    def synthesize(side: str, out: Path) -> float:
        calls.append(side)
        stack = out / "stacks" / "shop"
        stack.mkdir(parents=True, exist_ok=True)
        (stack / "cdk.tf.json").write_text('{"resource": {"aws_s3_bucket": {"a": {}, "b": {}}}}')
        (out / "manifest.json").write_text(plain_text if side == "plain" else "same")
        return times[side].pop(0)

    return calls, synthesize


def test_the_sides_take_turns_and_the_warm_up_does_not_count(tmp_path: Path) -> None:
    calls, synthesize = fake_sides({"fast": [90.0, 1.0, 3.0, 2.0], "plain": [99.0, 10.0, 30.0, 20.0]})
    result = synth_time.measure(rounds=3, folder=tmp_path, synthesize=synthesize)
    assert calls == ["fast", "plain"] * 4
    assert (result["fast_median_seconds"], result["plain_median_seconds"], result["ratio"]) == (2.0, 20.0, 10.0)
    assert result["fast_seconds"] == [1.0, 3.0, 2.0]


def test_equal_output_is_recorded_with_its_size(tmp_path: Path) -> None:
    _, synthesize = fake_sides({"fast": [1.0, 1.0], "plain": [2.0, 2.0]})
    result = synth_time.measure(rounds=1, folder=tmp_path, synthesize=synthesize)
    assert result["identical_output"] is True
    assert (result["files"], result["stacks"], result["resources"]) == (2, 1, 2)


def test_different_output_is_recorded_with_the_files(tmp_path: Path) -> None:
    _, synthesize = fake_sides({"fast": [1.0, 1.0], "plain": [2.0, 2.0]}, plain_text="other")
    result = synth_time.measure(rounds=1, folder=tmp_path, synthesize=synthesize)
    assert result["identical_output"] is False
    assert result["different_files"] == ["manifest.json"]


def test_a_file_that_only_one_side_wrote_is_a_difference(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "extra").write_text("")
    assert synth_time.differing_files(tmp_path / "one", tmp_path / "other") == {"extra"}


def test_no_rounds_are_refused() -> None:
    with pytest.raises(ValueError, match="0 rounds measure nothing"):
        synth_time.measure(rounds=0)


def test_a_failing_app_shows_what_it_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("raise SystemExit('no such environment')")
    monkeypatch.setitem(synth_time.SIDES, "fast", (str(broken),))
    with pytest.raises(RuntimeError, match="no such environment"):
        synth_time.run_app("fast", tmp_path / "out")


def test_the_plain_side_refuses_an_app_that_never_imported_the_bindings_whole(tmp_path: Path) -> None:
    app = tmp_path / "app.py"
    app.write_text("from constructs import fast_provider\nassert not hasattr(fast_provider, 'register')")
    command = [sys.executable, "-m", "bench.plain_app", str(app)]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "0 modules of cdktf_cdktf_provider_aws loaded, fewer than 2000" in done.stderr


def test_the_table_shows_single_values_and_leaves_the_rounds_to_the_json(tmp_path: Path) -> None:
    result = {"ratio": 8.123, "records": 12345, "identical_output": True, "rounds": [1, 2], "load": {"p99_ms": 4.0}}
    assert results.table({"demo": result}).splitlines() == [
        "demo",
        "  ratio             8.12",
        "  records           12,345",
        "  identical output  yes",
        "  load: p99 ms      4.00",
    ]
    assert results.write("demo", result, tmp_path) == tmp_path / "demo.json"
