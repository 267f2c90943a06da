"""One run of the demo: a shop's records go in, a `DemoReport` comes out."""

import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import duckdb

from local.change_capture.demo import ShopCapture
from local.demo.batch import digests, run_job
from local.demo.files import land_files
from local.demo.flow import ask, drain, feed, settled
from local.demo.platform import Platform, deploy
from local.report.accounting import account
from local.report.captured import Captured
from local.report.demo_report import DemoReport
from local.report.gold_report import Gold, gold_of
from local.report.landed import Landed
from local.report.ledger import find_fates
from local.report.reconciliation import reconcile_csv
from local.report.revenue import revenue_of_stored
from local.shop.order_record import Record

PACKAGES = ("cdktf", "cdktf-cdktf-provider-aws", "moto", "duckdb", "msgspec", "arro3-core")


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where orders come from. ``csv_folder``: the daily files to compare the revenue with, if that is what they are."""

    name: str
    records: Iterable[Record]
    total: int | None = None
    csv_folder: Path | None = None


@dataclass(frozen=True, kw_only=True)
class Stopwatch:
    """Seconds of each stage, in the order they ran."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Times the block."""
        started = time.monotonic()
        yield
        self.seconds[name] = time.monotonic() - started


def run(
    source: Source,
    *,
    work_dir: Path,
    files: Path | None = None,
    capture: Callable[[], ShopCapture] | None = None,
    jobs: Sequence[str] = (),
) -> DemoReport:
    """Deploys, sends, waits, asks. Run again on the same ``work_dir``, it adds nothing to what readers see.

    ``files`` is a folder with a folder of files for each of the other sources, ``capture`` brings a database's changes
    into bronze, and ``jobs`` are the batch jobs that then run.
    """
    watch = Stopwatch()
    with watch.stage("deploy"):
        platform = deploy(work_dir)
    before = settled(platform)
    with watch.stage("send"):
        sent = feed(platform, source.records, total=source.total)
    landed: list[Landed] = []
    if files:
        with watch.stage("files"):
            landed = land_files(platform, files)
    with watch.stage("process"):
        drain(platform, since=before)
    shop: ShopCapture | None = None
    if capture:
        with watch.stage("capture"):
            shop = capture()
    told = list[str]()
    for name in jobs:
        with watch.stage(name):
            told.append(run_job(platform, name))
    with watch.stage("query"), ask(platform) as lake:
        find_fates(lake.connection, sent.ledger)
        accounting = account(lake.connection, sent=sent.sent)
        revenue = revenue_of_stored(lake.connection)
        reconciliation = None
        if source.csv_folder:
            reconciliation = reconcile_csv(source.csv_folder, lake=lake.connection, actual=revenue)
        gold = _gold(lake.connection, platform, source, told) if jobs else None
        captured = _captured(lake.connection, shop, merged="cdc_merge" in jobs)
        objects = lake.objects
    return DemoReport(
        source=source.name,
        accounting=accounting,
        revenue=revenue,
        seconds=watch.seconds,
        resources_applied=platform.resources,
        objects=objects,
        versions=_versions(),
        reconciliation=reconciliation,
        files=landed,
        gold=gold,
        captured=captured,
    )


def _gold(lake: duckdb.DuckDBPyConnection, platform: Platform, source: Source, told: Sequence[str]) -> Gold:
    """And leaves its digests for the next run."""
    known = digests(platform)
    gold = gold_of(lake, csv_folder=source.csv_folder, before=known.read(), jobs=told)
    known.write({name: table.digest for name, table in gold.tables.items()})
    return gold


def _captured(lake: duckdb.DuckDBPyConnection, shop: ShopCapture | None, *, merged: bool) -> Captured | None:
    if shop is None:
        return None
    return shop.with_silver(lake) if merged else shop.report


def _versions() -> dict[str, str]:
    answer = subprocess.run(["terraform", "version"], capture_output=True, text=True, check=False).stdout
    terraform = answer.partition("\n")[0].removeprefix("Terraform v")
    return {"terraform": terraform} | {package: version(package) for package in PACKAGES}
