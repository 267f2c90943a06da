"""The largest batch there is, in a process of its own: how near does it come to the function's memory?"""

import json
import subprocess
import sys
from pathlib import Path

from config.event_flow import FunctionSize
from local.lambda_service.event import PAYLOAD_LIMIT_BYTES
from tests.unit.etl_processor.etl_events import batch_of, encoded, order

ROOT = Path(__file__).parents[3]
PROGRAM = """
import json, sys
from pathlib import Path
from etl_processor.batch import BatchProcessor
from etl_processor.datasets import load_contracts
from tests.support.peak_memory import peak_mb
processor = BatchProcessor(load_contracts(Path(sys.argv[2])), b"k" * 64)
result = processor.process(json.loads(Path(sys.argv[1]).read_bytes()))
print(result.received, result.stored, round(peak_mb()))
"""


def test_six_megabytes_take_less_than_half_of_the_functions_memory(contracts_folder: Path, tmp_path: Path) -> None:
    size = len(json.dumps(batch_of([encoded(order(1))])))
    count = PAYLOAD_LIMIT_BYTES // size
    payload = tmp_path / "event.json"
    payload.write_text(json.dumps(batch_of([encoded(order(number)) for number in range(1, count)])))
    answer = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(payload), str(contracts_folder)],
        env={"PYTHONPATH": f"{ROOT / 'lambda_src'}:{ROOT}"},
        capture_output=True,
        text=True,
        check=True,
    )
    received, stored, megabytes = map(int, answer.stdout.split())
    assert received == stored == count - 1 > 3_000
    assert megabytes < FunctionSize().memory_mb / 2, f"{megabytes} MB for {received} records"
    print(f"{megabytes} MB for {received} records in one event of 6 MB")
