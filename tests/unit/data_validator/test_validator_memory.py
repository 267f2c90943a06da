"""Memory does not grow with the file: 150 MB of rows need little more than 50 do."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
KEY_BYTES = 24
MB = 1024 * 1024


def measured(megabytes: int, bad_share: float) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.unit.data_validator.validator_memory", str(megabytes), str(bad_share)]
    env = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'lambda_src'}"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=env)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_file_three_times_as_large_needs_hardly_more_memory() -> None:
    small, large = measured(50, bad_share=0.02), measured(150, bad_share=0.02)
    for found in (small, large):
        rows = found["rows"]
        assert (found["outcome"], rows["read"]) == ("accepted", rows["stored"] + rows["quarantined"])
        assert rows["quarantined"] > 0
    # The digests of the keys are what grows, by design.
    keys = (large["rows"]["read"] - small["rows"]["read"]) * KEY_BYTES / MB
    assert large["after_mb"] - small["after_mb"] - keys < 0.2 * (large["file_mb"] - small["file_mb"])
    assert large["after_mb"] - large["before_mb"] < large["file_mb"]
