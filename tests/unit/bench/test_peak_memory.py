"""Is the memory that `make bench` tells the function's, with all it loads?"""

import json
import subprocess
import sys

WITH_WHAT_IT_LOADED = """
import json, sys
from unittest.mock import patch
from bench import handler_throughput
with patch.object(handler_throughput.json, "loads", wraps=json.loads) as decode:
    peak = handler_throughput.peak_memory_mb()
(payload,) = (call.args[0] for call in decode.call_args_list if '"Records"' in str(call.args[0])[:20])
print(json.dumps([peak, len(payload), [name for name in ("etl_processor.handler", "boto3") if name in sys.modules]]))
"""


def test_the_peak_is_of_a_process_with_the_handler_and_the_events_text() -> None:
    done = subprocess.run([sys.executable, "-c", WITH_WHAT_IT_LOADED], capture_output=True, text=True, check=True)
    peak, payload, loaded = json.loads(done.stdout)
    assert loaded == ["etl_processor.handler", "boto3"]
    assert 5_500_000 < payload < 6.5 * 1024 * 1024
    assert 40 < peak < 512
