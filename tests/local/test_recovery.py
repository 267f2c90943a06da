"""Does it end green when started again, whatever was killed? Last of the local tests: they leave another platform."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from local.demo.flow import settled
from local.demo.platform import Platform
from local.demo.run import run
from local.report.demo_report import DemoReport, document
from tests.support.three_days import source

ROOT = Path(__file__).resolve().parents[2]


def demo(work_dir: Path, report_dir: Path, *arguments: str) -> list[str]:
    folders = ["--work-dir", str(work_dir), "--report-dir", str(report_dir)]
    # What becomes of jobs that are killed is test_jobs_end_to_end's.
    return [sys.executable, "-m", "local.demo", "--no-jobs", *folders, *arguments]


def killed_when(command: list[str], log: Path, is_time: Callable[[], bool]) -> None:
    """Starts a demo and kills it, and nothing else, the moment ``is_time``."""
    with log.open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, cwd=ROOT)
        try:
            while not is_time():
                assert process.poll() is None, log.read_text()
                time.sleep(0.1)
        finally:
            process.kill()
            process.wait()
    assert process.returncode == -signal.SIGKILL


def test_all_real_orders_arrive_to_the_cent_although_the_demo_is_killed_in_mid_stream(
    platform: Platform, by_day: Path, tmp_path: Path
) -> None:
    command, before = demo(platform.work_dir, tmp_path, "--data", str(by_day)), settled(platform)
    killed_when(command, tmp_path / "killed.log", lambda: settled(platform) > before)
    assert "processing" not in (tmp_path / "killed.log").read_text(), "killed too late: everything was processed"
    subprocess.run(command, check=True, cwd=ROOT)
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["sent"] == report["sent_unique"] == report["stored"] > 10_000
    assert (report["lost"], report["duplicates"], report["quarantined"]) == (0, 0, {})
    assert report["reconciliation"]["differences"] == {}
    assert Decimal(report["revenue"]["total"]) == Decimal(report["reconciliation"]["expected"]["total"]) != 0
    assert report["received"]["orders"]["sent_again"] > 0
    assert "<svg" in (tmp_path / "report.html").read_text()


def test_a_demo_killed_in_mid_deployment_ends_green_when_started_again(tmp_path: Path) -> None:
    work_dir, log = tmp_path / "work", tmp_path / "killed.log"
    command = demo(work_dir, tmp_path, "--events", "500")
    deploy_log = work_dir / "deploy.log"
    try:
        killed_when(command, log, lambda: deploy_log.is_file() and "Creation complete" in deploy_log.read_text())
        again = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True)
        assert "the last deployment was cut off" in again.stdout
        report = json.loads((tmp_path / "report.json").read_text())
        assert report["sent"] == 500
        assert report["sent_unique"] == report["stored"] + sum(report["quarantined"].values())
        assert (report["lost"], report["duplicates"], report["misjudged"]) == (0, 0, 0)
    finally:
        ended = subprocess.run(
            [*demo(work_dir, tmp_path), "--down"], check=True, cwd=ROOT, capture_output=True, text=True
        )
    assert ended.stdout == "embedded AWS ended\n"


def test_everything_killed_at_once_starts_afresh_and_gives_the_same_figures(
    report: DemoReport, platform: Platform, three_days: Path
) -> None:
    os.kill(platform.aws.pid, signal.SIGKILL)
    again = document(run(source(three_days), work_dir=platform.work_dir))
    before = document(report)
    same = ("sent", "sent_unique", "stored", "quarantined", "lost", "duplicates", "revenue", "resources_applied")
    assert {key: again[key] for key in same} == {key: before[key] for key in same}
