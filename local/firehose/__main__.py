"""`python -m local.firehose --work-dir build/local --endpoint http://127.0.0.1:PORT`

In: where the embedded AWS listens. Out: exit status 0 when told to stop or when the embedded AWS is gone.
"""

import argparse
import fcntl
import logging
import signal
import sys
from pathlib import Path

from local.embedded_aws.environment import REGION
from local.firehose.service import Service

LOCK = "firehose.lock"


def main() -> int:
    arguments = _arguments()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s firehose %(levelname)s %(message)s")
    service = Service(arguments.work_dir, endpoint=arguments.endpoint, region=arguments.region)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: service.stop())
    arguments.work_dir.mkdir(parents=True, exist_ok=True)
    with (arguments.work_dir / LOCK).open("w") as lock:
        # A second one would deliver everything twice; the kernel drops the lock of a killed one.
        fcntl.flock(lock, fcntl.LOCK_EX)
        service.run()
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.firehose", description=__doc__.partition("\n")[0])
    parser.add_argument("--work-dir", type=Path, required=True)
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--region", default=REGION)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
