"""Does it end green when started again, whatever was killed? Last of the local tests: they leave another platform."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from local.demo.flow import settled
from local.demo.platform import Platform
from local.demo.run import run
from local.report.demo_report import DemoReport, document
from tests.support.three_days import source

MANY = 60_000


def demo(platform: Platform, folder: Path, *arguments: str) -> list[str]:
    report_dir = ["--report-dir", str(folder)]
    return [sys.executable, "-m", "local.demo", "--work-dir", str(platform.work_dir), *report_dir, *arguments]


def kill_in_mid_stream(platform: Platform, folder: Path, log: Path) -> None:
    """Starts the demo, waits until its first records are being processed, kills it."""
    before = settled(platform)
    with log.open("w") as output:
        process = subprocess.Popen(
            demo(platform, folder, "--events", str(MANY)), stdout=output, stderr=output, cwd=Path.cwd()
        )
        try:
            while settled(platform) == before:
                assert process.poll() is None, log.read_text()
                time.sleep(0.1)
        finally:
            process.kill()
            process.wait()
    assert process.returncode == -signal.SIGKILL


def test_a_demo_killed_in_mid_stream_ends_green_when_started_again(platform: Platform, tmp_path: Path) -> None:
    kill_in_mid_stream(platform, tmp_path, tmp_path / "killed.log")
    assert "(100%)" not in (tmp_path / "killed.log").read_text(), "killed too late: everything was sent"
    subprocess.run(demo(platform, tmp_path, "--events", str(MANY)), check=True, cwd=Path.cwd())
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["sent"] == MANY
    assert report["sent_unique"] == report["stored"] + sum(report["quarantined"].values())
    assert (report["lost"], report["duplicates"], report["misjudged"]) == (0, 0, 0)
    assert report["received"]["orders"]["sent_again"] > report["sent"] - report["sent_unique"]
    assert "<svg" in (tmp_path / "report.html").read_text()


def test_everything_killed_at_once_starts_afresh_and_gives_the_same_figures(
    report: DemoReport, platform: Platform, three_days: Path
) -> None:
    os.kill(platform.aws.pid, signal.SIGKILL)
    again = document(run(source(three_days), work_dir=platform.work_dir))
    before = document(report)
    same = ("sent", "sent_unique", "stored", "quarantined", "lost", "duplicates", "revenue", "resources_applied")
    assert {key: again[key] for key in same} == {key: before[key] for key in same}
