"""``python -m local.demo [--data FOLDER | --events N]``: runs the demo, leaves report.json and report.html.

The embedded AWS stays up, so that a second run meets what the first one left. Exit codes: 0 all promises kept,
1 something failed or a promise was broken, 2 wrong arguments.
"""

import argparse
import sys
from pathlib import Path

from local.demo.flow import StalledError
from local.demo.run import Source, run
from local.deployment.cdktf import DeploymentError
from local.embedded_aws import EmbeddedAwsError
from local.report.demo_report import write_report
from local.report.summary import print_summary
from local.shop.online_retail import read_events
from local.shop.producer import SendFailedError
from local.shop.shop_day import generate

EXPECTED = (DeploymentError, EmbeddedAwsError, SendFailedError, StalledError, OSError, ValueError)


def main() -> int:
    """Runs the demo as the command line says; what can be foreseen to fail is one line, not a traceback."""
    arguments = _arguments()
    try:
        report = run(_source(arguments), work_dir=arguments.work_dir)
        as_json, as_html = write_report(report, arguments.report_dir)
    except EXPECTED as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    print_summary(report)
    print(f"\nReport: {as_html} (figures: {as_json}). The embedded AWS stays up; `make down` ends it.")
    return 1 if report.problems else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.demo", description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="folder with one CSV of orders per day (Online Retail)")
    parser.add_argument("--events", type=int, default=20_000, help="records of the generated day, without --data")
    parser.add_argument("--work-dir", type=Path, default=Path("build/local"))
    parser.add_argument("--report-dir", type=Path, default=Path("build/demo"))
    return parser.parse_args()


def _source(arguments: argparse.Namespace) -> Source:
    folder: Path | None = arguments.data
    if folder is None:
        events: int = arguments.events
        return Source(name=f"generated shop day of {events:,} records", records=generate(events), total=events)
    return Source(name=f"Online Retail, {folder.name}", records=read_events(folder), csv_folder=folder)


if __name__ == "__main__":
    sys.exit(main())
