"""``python -m local.change_capture``: one capture, told on stdin what to do; ends with whoever started it.

Exit codes: 0 its starter is gone, 3 the source's tables changed and somebody must look, 1 anything else.
"""

import json
import os
import sys
from pathlib import Path

from local.change_capture.capture import Capture, StoppedError
from local.change_capture.capture_task import CaptureTask
from local.lambda_service.aws_clients import aws_client

STOPPED = 3


def main() -> int:
    """Runs until it is ended; a password never stands in a command line."""
    orders, parent = json.load(sys.stdin), os.getppid()
    capture = Capture(
        CaptureTask(**orders["task"]),
        orders["login"],
        aws_client("s3", endpoint=orders["endpoint"]),
        Path(orders["checkpoint"]),
    )
    try:
        capture.run(until=lambda _gtid: os.getppid() != parent)
    except StoppedError as error:
        print(error, file=sys.stderr)
        return STOPPED
    return 0


if __name__ == "__main__":
    sys.exit(main())
