"""The service itself: follows the delivery streams of the embedded AWS and delivers them until it is told to stop.

In: list_delivery_streams, once per second. Out: objects. It ends by itself when the endpoint has been gone for 5 s:
whoever started the embedded AWS may have been killed and cannot end it any more.
"""

import logging
import threading
import time
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.firehose.delivery import Delivery
from local.firehose.delivery_stream import DeliveryStream, delivery_stream_from
from local.firehose.transformation import NotTransformedError
from local.firehose.workshop import Workshop
from local.lambda_service.aws_clients import aws_client
from local.lambda_service.checkpoints import CheckpointStore
from local.lambda_service.service import UNREACHABLE_SECONDS, reachable

LOOK_SECONDS = 1.0
POLL_SECONDS = 0.4

log = logging.getLogger(__name__)


class Service:
    """All delivery streams of one embedded AWS."""

    def __init__(self, work_dir: Path, *, endpoint: str, region: str) -> None:
        self._work_dir, self._endpoint = work_dir, endpoint
        clients = {name: aws_client(name, endpoint=endpoint, region=region) for name in ("firehose", "kinesis", "s3")}
        self._firehose: Any = clients["firehose"]
        self._kinesis, self._s3 = clients["kinesis"], clients["s3"]
        self._workshop = Workshop(work_dir, endpoint=endpoint, region=region)
        self._stop = threading.Event()
        self._deliveries: dict[str, Delivery] = {}
        self._told: set[str] = set()

    def stop(self) -> None:
        self._stop.set()

    def run(self) -> None:
        """Returns after `stop`, or when the endpoint is gone. What was read and not delivered is read again."""
        try:
            self._run()
        finally:
            self._workshop.close()

    def _run(self) -> None:
        reached_at = looked_at = 0.0
        while not self._stop.is_set():
            now = time.monotonic()
            if reachable(self._endpoint):
                reached_at = now
            elif reached_at and now - reached_at > UNREACHABLE_SECONDS:
                log.info("%s is gone for %g s: the service ends", self._endpoint, UNREACHABLE_SECONDS)
                return
            if now - looked_at >= LOOK_SECONDS:
                self._look()
                looked_at = now
            busy = [self._work(name) for name in list(self._deliveries)]
            if not any(busy):
                self._stop.wait(POLL_SECONDS)

    def _look(self) -> None:
        try:
            streams = delivery_streams(self._firehose)
        except (ClientError, BotoCoreError) as error:
            log.warning("the delivery streams cannot be listed: %s", error)
            return
        wanted = {stream.name: stream for stream in streams if self._runs_here(stream)}
        for name in [name for name, delivery in self._deliveries.items() if wanted.get(name) != delivery.stream]:
            del self._deliveries[name]
        for name, stream in wanted.items():
            if name not in self._deliveries:
                log.info("%s: %s -> s3://%s/%s", name, stream.stream_name, stream.bucket, stream.prefix)
                self._begin(stream)

    def _begin(self, stream: DeliveryStream) -> None:
        store = CheckpointStore(self._work_dir, stream.position)
        try:
            finish = self._workshop.finish(stream)
        except (ClientError, BotoCoreError, ValueError) as error:
            log.warning("%s: its table cannot be had, begins later: %s", stream.name, error)
            self._deliveries.pop(stream.name, None)
            return
        self._deliveries[stream.name] = Delivery(stream, kinesis=self._kinesis, s3=self._s3, store=store, finish=finish)

    def _work(self, name: str) -> bool:
        delivery = self._deliveries[name]
        try:
            return delivery.work()
        except (ClientError, BotoCoreError, NotTransformedError) as error:
            log.warning("%s: begins again at its checkpoints: %s", name, error)
            self._begin(delivery.stream)
            return False

    def _runs_here(self, stream: DeliveryStream) -> bool:
        if stream.problems and stream.position not in self._told:
            self._told.add(stream.position)
            log.error("%s does not run: %s", stream.name, "; ".join(stream.problems))
        return not stream.problems


def delivery_streams(firehose: Any) -> list[DeliveryStream]:
    """All delivery streams that read a Kinesis stream."""
    names: list[str] = []
    while True:
        start = {"ExclusiveStartDeliveryStreamName": names[-1]} if names else {}
        answer = firehose.list_delivery_streams(DeliveryStreamType="KinesisStreamAsSource", **start)
        names += answer["DeliveryStreamNames"]
        if not answer["HasMoreDeliveryStreams"]:
            break
    described = [firehose.describe_delivery_stream(DeliveryStreamName=name) for name in names]
    return [delivery_stream_from(each["DeliveryStreamDescription"]) for each in described]
