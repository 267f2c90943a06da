"""``python -m local.jobs run order_etl [--date 2011-03-01]``: a job of the platform that ``make demo`` left up.

``runs`` lists the runs of a job as JSON, a line each. Exit codes: 0 done, 1 failed or refused (the reason on stderr),
2 wrong arguments.
"""

import argparse
import datetime
import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from config import environment as environment_of
from local.embedded_aws import find
from local.jobs.definition import UnknownJobError
from local.jobs.run_record import ConcurrentRunsError
from local.jobs.runner import JobFailedError, JobRunner, told
from local.spark.iceberg import NoIcebergError
from local.spark.java import NoJavaError
from local.spark.session import SessionSize

FAILED = 1
EXPECTED = (
    ConcurrentRunsError,
    JobFailedError,
    NoIcebergError,
    NoJavaError,
    UnknownJobError,
    BotoCoreError,
    ClientError,
    OSError,
    ValueError,
)


def main() -> int:
    """Runs one command; what can be foreseen to fail is a line, not a traceback."""
    arguments = _parser().parse_args()
    # Told to end, it ends like Ctrl-C does: the run is marked, and Spark ends with it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # A profile of the caller's must not reach clients that are to talk to the embedded AWS alone.
    for variable in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[variable]
    command: Callable[[argparse.Namespace], None] = arguments.command
    try:
        command(arguments)
    except EXPECTED as error:
        print(f"job: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("job: interrupted; start it again, it replaces what it computed", file=sys.stderr)
        return FAILED
    return 0


def _run(arguments: argparse.Namespace) -> None:
    print(told(_runner(arguments).run(arguments.name, _job_arguments(arguments))))


def _runs(arguments: argparse.Namespace) -> None:
    for run in _runner(arguments).records.runs(arguments.name):
        print(json.dumps(asdict(run)))


def _runner(arguments: argparse.Namespace) -> JobRunner:
    aws = find(arguments.work_dir)
    if aws is None:
        raise ValueError(f"no embedded AWS runs for {arguments.work_dir}; `make demo` starts one and deploys the jobs")
    return JobRunner(
        env=environment_of("local"),
        endpoint=aws.endpoint,
        work_dir=arguments.work_dir,
        instance_id=aws.instance_id,
        size=SessionSize(memory=arguments.memory),
    )


def _job_arguments(arguments: argparse.Namespace) -> dict[str, str]:
    dates = {"--date": arguments.date, "--from_date": arguments.from_date, "--to_date": arguments.to_date}
    more = dict(_named(word) for word in arguments.argument)
    return {name: value.isoformat() for name, value in dates.items() if value} | more


def _named(word: str) -> tuple[str, str]:
    name, equals, value = word.partition("=")
    if not equals:
        raise ValueError(f"--argument {word}: say name=value, such as target_mb=64")
    return f"--{name}", value


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.jobs", description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(required=True, metavar="run|runs")
    for word, command, text in (("run", _run, "run a job to its end"), ("runs", _runs, "list a job's runs")):
        sub = commands.add_parser(word, help=text)
        sub.set_defaults(command=command)
        sub.add_argument("name", help="such as order_etl")
        sub.add_argument("--work-dir", type=Path, default=Path("build/local"), help="of the embedded AWS")
        sub.add_argument("--memory", default="2g", help="of Spark")
        if command is _run:
            sub.add_argument("--date", type=datetime.date.fromisoformat, help="one event date")
            sub.add_argument("--from", dest="from_date", type=datetime.date.fromisoformat, help="first event date")
            sub.add_argument("--to", dest="to_date", type=datetime.date.fromisoformat, help="last event date")
            sub.add_argument("--argument", action="append", default=[], help="a further one: name=value")
    return parser


if __name__ == "__main__":
    sys.exit(main())
