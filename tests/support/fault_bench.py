"""The deployed function on a stream and in buckets of a test's own, with a proxy between all of them and the AWS.

In: the platform's endpoint; the mapping and the function as Terraform applied them. Out: a `FaultBench`, whose service
works in this process, with the function in one of its own as Lambda runs it. Nobody else sees the stream: the mapping
of the bench is not registered in the AWS.
"""

import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from local.embedded_aws.environment import REGION
from local.lambda_service.aws_clients import aws_client
from local.lambda_service.drained import has_settled
from local.lambda_service.invoker import ConcurrencyGate
from local.lambda_service.mapping import Mapping as StreamMapping
from local.lambda_service.mapping import mapping_from
from local.lambda_service.mapping_runner import Machine, MappingRunner
from local.lambda_service.runtime_install import DEFAULT_TARGET
from local.lambda_service.tally import Tally, total
from local.report.accounting import Accounting
from local.shop.order_record import Record
from local.shop.producer import SendReport, send
from tests.support.bench_function import BenchDirectory, BenchInvoker
from tests.support.criterion import kept_whole, nothing_lost_nothing_twice
from tests.support.fault_proxy import FaultProxy
from tests.support.killing import wait_for
from tests.support.lake_of_objects import LakeOfObjects, fetch, seen

ZONES = ("silver", "quarantine", "failures")
LOOK_SECONDS = 0.2


@dataclass(kw_only=True)
class FaultBench:
    """``direct`` clients pass the proxy by: what a test looks at is not befallen."""

    endpoint: str
    proxy: FaultProxy  # where nothing shall fail, the way through it is not taken
    through: str
    folder: Path
    name: str
    mapping: StreamMapping
    directory: BenchDirectory
    ledger: dict[str, str | None] = field(default_factory=dict)
    invokers: list[BenchInvoker] = field(default_factory=list)
    lake: LakeOfObjects = field(default_factory=LakeOfObjects)
    _runner: MappingRunner | None = None
    _stop: threading.Event = field(default_factory=threading.Event)

    def direct(self, service: str) -> Any:
        return aws_client(service, endpoint=self.endpoint)

    def befallen(self, service: str) -> Any:
        """A client as the service has it, whose calls pass the proxy."""
        return aws_client(service, endpoint=self.through)

    def bucket(self, zone: str) -> str:
        return f"{self.name}-{zone}"

    def send(self, records: Iterator[Record] | list[Record], *, client: Any = None) -> SendReport:
        """Puts the records on the stream; the ledger grows by them."""
        report = send(records, client=client or self.direct("kinesis"), stream_name=self.name)
        self.ledger |= {key: value for key, value in report.ledger.items() if key not in self.ledger}
        return report

    def start(self) -> None:
        """The service begins, or goes on from its checkpoints."""
        machine = Machine(
            work_dir=self.folder / "service",
            kinesis=self.befallen("kinesis"),
            s3=self.befallen("s3"),
            sqs=self.befallen("sqs"),
            role_of=lambda _: "arn:aws:iam::123456789012:role/etl",
            invoker_of=self._invoker,
        )
        runner = self._runner = MappingRunner(self.mapping, machine)
        stop = self._stop = threading.Event()

        def look() -> None:
            while not stop.wait(LOOK_SECONDS):
                runner.look_after()

        threading.Thread(target=look, name="fault-bench", daemon=True).start()

    def stop(self) -> None:
        """The service ends; what is not settled stays."""
        self._stop.set()
        if self._runner:
            self._runner.stop()
            for worker in self._runner.workers.values():
                worker.kill()
                worker.join(10)
        self._runner = None

    def drain(self, *, seconds: float = 120) -> None:
        """Waits until everything on the stream is settled."""
        store_at = self.folder / "service"
        wait_for(
            lambda: has_settled(self.mapping, store_at, self.direct("kinesis")),
            what=f"the end of {self.name}: {self.errors()}",
            seconds=seconds,
        )

    def process(self) -> Accounting:
        """Starts if need be, drains, stops, and holds the lake against the ledger."""
        if self._runner is None:
            self.start()
        self.drain()
        self.stop()
        return self.account()

    def account(self) -> Accounting:
        connection = self.lake.read(self.fetched())
        return nothing_lost_nothing_twice(connection, self.ledger, kept=self.kept())

    def seen(self) -> dict[str, set[tuple[Any, ...]]]:
        return seen(self.lake.read(self.fetched()))

    def second_run(self) -> Accounting:
        """Everything once more, as after the loss of all checkpoints; what a reader sees may not change."""
        before, objects = self.seen(), self.objects()
        self.mapping = replace(self.mapping, uuid=f"{self.mapping.uuid}-again")
        accounting = self.process()
        assert self.seen() == before, "the second run changed what a reader sees"
        assert self.objects() >= objects
        return accounting

    def objects(self, *zones: str) -> set[str]:
        """The keys in the buckets of these zones; without any, of the lake."""
        found = set()
        for zone in zones or ("silver", "quarantine"):
            pages = self.direct("s3").get_paginator("list_objects_v2").paginate(Bucket=self.bucket(zone))
            found |= {f"{zone}/{entry['Key']}" for page in pages for entry in page.get("Contents", ())}
        return found

    def fetched(self) -> dict[str, Path]:
        folders = {zone: self.folder / "lake" / zone for zone in ("silver", "quarantine")}
        for zone, folder in folders.items():
            fetch(self.direct("s3"), self.bucket(zone), folder)
        return folders

    def kept(self) -> set[str]:
        """Identities that lie whole at the on-failure destination."""
        fetch(self.direct("s3"), self.bucket("failures"), self.folder / "failures")
        return kept_whole(path.read_bytes() for path in (self.folder / "failures").rglob("*") if path.is_file())

    def tally(self) -> Tally:
        workers = self._runner.workers.values() if self._runner else ()
        return total(worker.figures.tally for worker in workers)

    def errors(self) -> list[str]:
        workers = self._runner.workers.values() if self._runner else ()
        return [worker.figures.last_error for worker in workers if worker.figures.last_error]

    def function_pid(self) -> int | None:
        """The process of the function, if one runs."""
        return next((invoker.process.pid for invoker in self.invokers if invoker.process and invoker.process.pid), None)

    @property
    def function_log(self) -> Path:
        return self.folder / "logs" / f"{self.mapping.function_name}.log"

    def _invoker(self, function_arn: str) -> BenchInvoker:
        self.invokers.append(
            BenchInvoker(
                function_arn,
                directory=self.directory,
                gate=ConcurrencyGate(),
                runtime_dir=DEFAULT_TARGET,
                log_dir=self.folder / "logs",
                endpoint=self.through,
            )
        )
        return self.invokers[-1]


@contextmanager
def fault_bench(
    endpoint: str,
    proxy: FaultProxy,
    folder: Path,
    *,
    shards: int = 1,
    mapping: Mapping[str, Any] | None = None,
    function: Mapping[str, Any] | None = None,
    befallen: bool = True,
) -> Iterator[FaultBench]:
    """Ends the service and forgets the faults when the block ends.

    ``mapping`` and ``function`` replace settings of what is deployed. Unless ``befallen``, nothing passes the proxy.
    """
    name = f"bench-{uuid.uuid4().hex[:10]}"
    lambda_client = aws_client("lambda", endpoint=endpoint)
    deployed = next(
        entry
        for page in lambda_client.get_paginator("list_event_source_mappings").paginate()
        for entry in page["EventSourceMappings"]
        if ":kinesis:" in entry["EventSourceArn"] and "etl-processor" in entry["FunctionArn"]
    )
    stream = f"{deployed['EventSourceArn'].rpartition('/')[0]}/{name}"
    own = {"UUID": name, "EventSourceArn": stream, "MaximumBatchingWindowInSeconds": 0} | dict(mapping or {})
    variables = {f"{zone.upper()}_BUCKET": f"{name}-{zone}" for zone in ("silver", "quarantine")}
    bench = FaultBench(
        endpoint=endpoint,
        proxy=proxy,
        through=proxy.endpoint if befallen else endpoint,
        folder=folder,
        name=name,
        mapping=replace(mapping_from(deployed | own), on_failure_bucket=f"{name}-failures"),
        directory=BenchDirectory(lambda_client, folder, function or {}, variables | {"LOG_LEVEL": "DEBUG"}),
    )
    bench.direct("kinesis").create_stream(StreamName=name, ShardCount=shards)
    for zone in ZONES:
        bench.direct("s3").create_bucket(
            Bucket=bench.bucket(zone), CreateBucketConfiguration={"LocationConstraint": REGION}
        )
    try:
        yield bench
    finally:
        proxy.forget()
        bench.stop()
        bench.direct("kinesis").delete_stream(StreamName=name)
