"""``python -m local.demo [--data FOLDER | --events N ...]``: runs the demo, leaves report.json and report.html.

The embedded AWS stays up, so that a second run meets what the first one left; ``--down`` ends it. Exit codes: 0 all
promises kept, 1 something failed or a promise was broken, 2 wrong arguments.
"""

import argparse
import os
import signal
import sys
from pathlib import Path

import duckdb
from botocore.exceptions import BotoCoreError, ClientError

from config.naming import bucket_name
from local.change_capture.capture_process import CaptureError
from local.change_capture.demo import ShopCapture, capture_shop
from local.demo.alone import AnotherRunsError, alone_in
from local.demo.batch import jobs_for
from local.demo.flow import StalledError
from local.demo.platform import ENV
from local.demo.run import Source, run
from local.deployment.cdktf import DeploymentError
from local.deployment.unfinished import end_unfinished
from local.embedded_aws import EmbeddedAwsError, down, up
from local.jobs.definition import UnknownJobError
from local.jobs.run_record import ConcurrentRunsError
from local.jobs.runner import JobFailedError
from local.report.demo_report import DemoReport, write_report
from local.report.summary import print_summary
from local.shop.events_of_day import events_of_day
from local.shop.online_retail import read_events
from local.shop.producer import SendFailedError
from local.shop_database import DatabaseError, NoMariaDbError, stop
from local.spark.java import NoJavaError

SERVICES_FAILED = (BotoCoreError, ClientError, duckdb.Error)
EXPECTED = (
    AnotherRunsError,
    CaptureError,
    ConcurrentRunsError,
    DatabaseError,
    DeploymentError,
    EmbeddedAwsError,
    JobFailedError,
    NoJavaError,
    NoMariaDbError,
    SendFailedError,
    StalledError,
    UnknownJobError,
    OSError,
    ValueError,
    *SERVICES_FAILED,
)


def main() -> int:
    """Runs the demo as the command line says; what can be foreseen to fail is one line, not a traceback."""
    arguments = _arguments()
    # Told to end, it ends like Ctrl-C does: what it started is told as well.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    _forget_real_aws()
    if arguments.down:
        return _down(arguments.work_dir)
    try:
        with alone_in(arguments.work_dir):
            report = _run(arguments)
            as_json, as_html = write_report(report, arguments.report_dir)
    except EXPECTED as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("demo: interrupted; run it again to go on", file=sys.stderr)
        return 1
    print_summary(report)
    print(f"\nReport: {as_html} (figures: {as_json}). The embedded AWS stays up; `make down` ends it.")
    return 1 if report.problems else 0


def _run(arguments: argparse.Namespace) -> DemoReport:
    return run(
        _source(arguments),
        work_dir=arguments.work_dir,
        files=arguments.files,
        capture=(lambda: _capture(arguments)) if arguments.cdc else None,
        jobs=[] if arguments.no_jobs else jobs_for(files=bool(arguments.files), capture=arguments.cdc),
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.demo", description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="folder with one CSV of orders per day (Online Retail)")
    parser.add_argument("--events", type=int, default=20_000, help="records of the generated day, without --data")
    parser.add_argument("--seed", type=int, default=1, help="another seed is another day")
    parser.add_argument("--repeat-share", type=float, default=0.01, help="share of records sent again")
    parser.add_argument("--bad-share", type=float, default=0.005, help="share of records that break the contract")
    parser.add_argument("--late-share", type=float, default=0.02, help="share of events of earlier days")
    parser.add_argument("--work-dir", type=Path, default=Path("build/local"))
    parser.add_argument("--report-dir", type=Path, default=Path("build/demo"))
    parser.add_argument("--files", type=Path, help="folder with a folder of files per source (docs/SOURCES.md)")
    parser.add_argument("--cdc", action="store_true", help="capture the changes of a database (MariaDB) as well")
    parser.add_argument("--no-jobs", action="store_true", help="leave the batch jobs out")
    parser.add_argument("--down", action="store_true", help="end the embedded AWS and what still deploys to it")
    return parser.parse_args()


def _source(arguments: argparse.Namespace) -> Source:
    folder: Path | None = arguments.data
    if folder is not None:
        return Source(name=f"Online Retail, {folder.name}", records=read_events(folder), csv_folder=folder)
    events: int = arguments.events
    shares = {name: getattr(arguments, name) for name in ("repeat_share", "bad_share", "late_share")}
    records = events_of_day(events, seed=arguments.seed, **shares)
    return Source(name=f"generated shop day of {events:,} records", records=records, total=events)


def _capture(arguments: argparse.Namespace) -> ShopCapture:
    aws = up(arguments.work_dir)
    return capture_shop(arguments.work_dir, aws, bucket_name(ENV, "bronze"), data=arguments.data)


def _forget_real_aws() -> None:
    """A profile or region of the caller's must not reach clients that are to talk to the embedded AWS alone."""
    for variable in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[variable]


def _down(work_dir: Path) -> int:
    end_unfinished(work_dir)
    stop(work_dir)
    print("embedded AWS ended" if down(work_dir) else f"no embedded AWS runs for {work_dir}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
