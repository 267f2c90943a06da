"""``python -m local.soak [--events N]``: a new platform, a day's events through it, report.json; then it is ended.

Exit codes: 0 all promises kept, 1 a promise was broken or something failed. How long it takes is told, never judged.
"""

import argparse
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from local.demo.flow import STREAM, StalledError, ask, drain, feed, settled
from local.demo.platform import ENV, Platform, deploy
from local.demo.run import Stopwatch
from local.deployment.cdktf import DeploymentError
from local.embedded_aws import EmbeddedAwsError, down
from local.lambda_service.aws_clients import aws_client
from local.lambda_service.status import progress as delivery_progress
from local.lambda_service.tally import Tally
from local.report.accounting import account
from local.report.ledger import find_fates
from local.shop.producer import SendFailedError
from local.soak.day import Day, day_of
from local.soak.memory import MemorySampler, growth
from local.soak.report import SoakReport, lines, write_report

if TYPE_CHECKING:
    from mypy_boto3_kinesis import KinesisClient
    from mypy_boto3_kinesis.type_defs import ShardTypeDef

SHARDS = 4
EXPECTED = (DeploymentError, EmbeddedAwsError, SendFailedError, StalledError, OSError, ValueError)


def main() -> int:
    arguments = _arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        report = soak(arguments.events, seed=arguments.seed, work_dir=arguments.work_dir)
    except EXPECTED as error:
        print(f"soak: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("soak: interrupted; its platform is ended", file=sys.stderr)
        return 1
    path = write_report(report, arguments.report_dir)
    print("\n".join(lines(report)))
    print(f"\nReport: {path}")
    for problem in report.problems:
        print(f"soak: {problem}", file=sys.stderr)
    return 1 if report.problems else 0


def soak(events: int, *, seed: int, work_dir: Path) -> SoakReport:
    """Runs it on a platform of its own."""
    watch, day = Stopwatch(), Day()
    with _new_platform(work_dir, watch) as platform:
        sampler = MemorySampler(service_pid=lambda: _service_pid(platform), settled=lambda: settled(platform))
        with sampler:
            with watch.stage("send"):
                sent = feed(platform, day.counted(day_of(events, seed=seed)), total=events)
            with watch.stage("process"):
                drain(platform)
        tally = _tally(platform)
        with watch.stage("query"), ask(platform) as lake:
            find_fates(lake.connection, sent.ledger)
            accounting = account(lake.connection, sent=sent.sent)
            written = {name: count for name, count in lake.objects.items() if count}
    return SoakReport(
        day=day,
        accounting=accounting,
        tally=tally,
        objects=written,
        service=growth(sampler.samples, lambda sample: sample.service_mb),
        function=growth(sampler.samples, lambda sample: sample.function_mb),
        seconds=watch.seconds,
    )


@contextmanager
def _new_platform(work_dir: Path, watch: Stopwatch) -> Iterator[Platform]:
    """Whatever lies in the work directory is ended before, and this one after."""
    down(work_dir)
    try:
        with watch.stage("deploy"):
            platform = deploy(work_dir)
            _spread(platform)
        yield platform
    finally:
        down(work_dir)


def _spread(platform: Platform) -> None:
    """Splits shards until there are as many as a day's events want."""
    kinesis = aws_client("kinesis", endpoint=platform.aws.endpoint, region=ENV.region)
    while len(shards := _open_shards(kinesis)) < SHARDS:
        shard = max(shards, key=lambda each: _keys(each)[1] - _keys(each)[0])
        middle = sum(_keys(shard)) // 2
        kinesis.split_shard(StreamName=STREAM, ShardToSplit=shard["ShardId"], NewStartingHashKey=str(middle))


def _open_shards(kinesis: "KinesisClient") -> "list[ShardTypeDef]":
    shards = kinesis.list_shards(StreamName=STREAM)["Shards"]
    return [shard for shard in shards if "EndingSequenceNumber" not in shard["SequenceNumberRange"]]


def _keys(shard: "ShardTypeDef") -> tuple[int, int]:
    limits = shard["HashKeyRange"]
    return int(limits["StartingHashKey"]), int(limits["EndingHashKey"])


def _service_pid(platform: Platform) -> int | None:
    status = delivery_progress(platform.work_dir)
    return status.pid if status else None


def _tally(platform: Platform) -> Tally:
    """The service's last word; it writes once per second, so that about the last batch may still be on its way."""
    time.sleep(2)
    status = delivery_progress(platform.work_dir)
    return status.tally if status else Tally()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.soak", description=__doc__.partition("\n")[0])
    parser.add_argument("--events", type=int, default=1_000_000, help="records of the generated day")
    parser.add_argument("--seed", type=int, default=1, help="another seed is another day")
    parser.add_argument("--work-dir", type=Path, default=Path("build/soak/platform"))
    parser.add_argument("--report-dir", type=Path, default=Path("build/soak"))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
