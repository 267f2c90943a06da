"""`python -m local.lambda_service --work-dir build/local --endpoint http://127.0.0.1:PORT`

In: where the embedded AWS listens. Out: exit status 0 when told to stop or when the embedded AWS is gone, 1 with a
line on stderr when it cannot start.
"""

import argparse
import fcntl
import logging
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.embedded_aws.environment import REGION
from local.lambda_service.aws_clients import aws_client
from local.lambda_service.function_directory import FunctionDirectory
from local.lambda_service.invoker import ConcurrencyGate, Invoker
from local.lambda_service.mapping_runner import Machine
from local.lambda_service.runtime_install import DEFAULT_TARGET, installed
from local.lambda_service.service import Service

LOCK = "lambda_service.lock"
# A predecessor whose endpoint is gone needs up to 5 s to notice and 5 s to end.
LOCK_SECONDS = 12.0


def main() -> int:
    arguments = _arguments()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s lambda_service %(levelname)s %(message)s")
    if not installed(arguments.runtime_dir):
        sys.stderr.write(
            f"lambda_service: {arguments.runtime_dir} does not hold AWS's runtime client; "
            "run `python -m local.lambda_service.runtime_install` (`make setup` does)\n"
        )
        return 1
    with _alone(arguments.work_dir) as alone:
        if not alone:
            sys.stderr.write(f"lambda_service: another one already works in {arguments.work_dir}; end it first\n")
            return 1
        service = _service(arguments)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: service.stop())
        service.run()
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.lambda_service", description=__doc__.partition("\n")[0])
    parser.add_argument("--work-dir", type=Path, required=True)
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--region", default=REGION)
    parser.add_argument("--runtime-dir", type=Path, default=DEFAULT_TARGET)
    return parser.parse_args()


def _service(arguments: argparse.Namespace) -> Service:
    where = {"endpoint": arguments.endpoint, "region": arguments.region}
    client = aws_client("lambda", **where)
    directory, gate = FunctionDirectory(client, arguments.work_dir), ConcurrencyGate()

    def invoker_of(function_arn: str) -> Invoker:
        return Invoker(
            function_arn,
            directory=directory,
            gate=gate,
            runtime_dir=arguments.runtime_dir,
            log_dir=arguments.work_dir / "logs",
            endpoint=arguments.endpoint,
        )

    machine = Machine(
        work_dir=arguments.work_dir,
        kinesis=aws_client("kinesis", **where),
        s3=aws_client("s3", **where),
        sqs=aws_client("sqs", **where),
        role_of=lambda function_arn: directory.current(function_arn).role_arn,
        invoker_of=invoker_of,
    )
    return Service(machine, client, endpoint=arguments.endpoint)


@contextmanager
def _alone(work_dir: Path) -> Iterator[bool]:
    """Two services in one folder would deliver everything twice; the kernel drops the lock of a killed one."""
    work_dir.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + LOCK_SECONDS
    with (work_dir / LOCK).open("w") as lock:
        while not _locked(lock.fileno()) and time.monotonic() < deadline:
            time.sleep(0.2)
        yield _locked(lock.fileno())


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
