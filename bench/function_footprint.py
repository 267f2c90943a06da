"""What the etl_processor takes beside time per record: memory at Lambda's largest payload, its start, its layer.

Out: a dict. Memory is the peak of a process of its own (interpreter, handler, boto3, the event's text and what is
decoded of it) against half of what the smallest environment gives the function. A start is a new process that imports
the handler, as Lambda does before a first batch.
"""

import os
import statistics
import subprocess
import sys
import zipfile
from pathlib import Path

from config import ENVIRONMENTS
from constructs.layer_package import LAYERS

FUNCTIONS = Path(__file__).resolve().parent.parent / "lambda_src"
STARTS = 3
VARIABLES = {
    "SILVER_BUCKET": "silver",
    "QUARANTINE_BUCKET": "quarantine",
    "MASKING_KEY_SECRET": "masking-key",
    "LOG_LEVEL": "INFO",
    "AWS_DEFAULT_REGION": "eu-west-1",
}


def footprint() -> dict[str, object]:
    """The figures; ``layer_mb_unzipped`` is None where no layer is built (make setup builds it)."""
    peak_mb = _peak_memory_mb()
    smallest_mb = min(env.etl_processor.memory_mb for env in ENVIRONMENTS)
    return {
        "peak_memory_mb_at_6_mb_payload": peak_mb,
        "memory_mb_of_the_function": smallest_mb,
        "peak_is_at_most_half": peak_mb <= smallest_mb / 2,
        "cold_start_seconds": round(statistics.median(_start_seconds() for _ in range(STARTS)), 2),
        "layer_mb_unzipped": _layer_mb(),
    }


def _peak_memory_mb() -> float:
    command = [sys.executable, "-m", "bench.handler_throughput", "--peak-memory"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout)


def _start_seconds() -> float:
    """CPU seconds, so that a busy machine does not count."""
    before = os.times()
    command = [sys.executable, "-c", "import etl_processor.handler"]
    subprocess.run(command, check=True, env={**os.environ, **VARIABLES, "PYTHONPATH": str(FUNCTIONS)})
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def _layer_mb() -> dict[str, float] | None:
    newest = sorted(LAYERS.glob("etl_processor-*.zip"), key=lambda path: path.stat().st_mtime)
    sizes = {}
    for path in newest:
        with zipfile.ZipFile(path) as layer:
            unzipped = sum(file.file_size for file in layer.infolist())
        sizes[path.name.split("-")[1]] = round(unzipped / 2**20, 1)
    return sizes or None
