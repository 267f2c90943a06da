"""The service as a process of its own against the embedded AWS: Kinesis in, function, S3 out."""

import base64
import fcntl
import json
import signal
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.embedded_aws.instance import down, up
from local.lambda_service.__main__ import LOCK
from local.lambda_service.checkpoints import FOLDER, Checkpoint, CheckpointStore
from local.lambda_service.mapping_runner import Machine
from local.lambda_service.runtime_install import DEFAULT_TARGET, install
from local.lambda_service.service import Service
from local.lambda_service.status import progress
from tests.unit.lambda_service.function_bench import lives
from tests.unit.lambda_service.lambda_service_platform import HANDLER, Platform, await_, zip_of


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    install(DEFAULT_TARGET)
    work_dir = tmp_path_factory.mktemp("embedded_aws")
    yield up(work_dir, companion=None).endpoint
    down(work_dir)


@pytest.fixture
def platform(endpoint: str, tmp_path: Path) -> Iterator[Platform]:
    platform = Platform(work_dir=tmp_path, endpoint=endpoint, name=f"t{uuid.uuid4().hex[:10]}", services=[])
    yield platform
    for mapping in platform.client("lambda").list_event_source_mappings()["EventSourceMappings"]:
        platform.client("lambda").delete_event_source_mapping(UUID=mapping["UUID"])
    for service in platform.services:
        service.kill()
        service.wait()


def test_records_of_all_shards_reach_the_function_and_poison_reaches_the_destination_alone(platform: Platform) -> None:
    mapping = platform.deploy(shards=2)
    good = [f"order-{number:02}" for number in range(30)]
    platform.put(*good[:20], "poison-1", *good[20:])
    assert not platform.drained()
    platform.start_service()
    await_(platform.drained)

    assert platform.stored() == good
    (key,) = platform.objects(platform.quarantine)
    assert key.startswith(f"aws/lambda/{mapping}/shardId-00000000000")
    document = json.load(platform.client("s3").get_object(Bucket=platform.quarantine, Key=key)["Body"])
    assert document["KinesisBatchInfo"]["batchSize"] == 1
    assert base64.b64decode(document["payload"]["Records"][0]["kinesis"]["data"]) == b"poison-1"

    # The status is written every second: what it says of one shard may be older than what it says of another.
    status = platform.status_once(
        lambda status: (
            status.tally.records_delivered + status.tally.discarded == 31
            and not any(shard.in_flight for shard in status.shards)
        )
    )
    assert status.problems == ()
    assert (status.tally.records_delivered, status.tally.discarded, status.tally.on_failure_objects) == (30, 1, 1)
    assert {shard.millis_behind_latest for shard in status.shards} == {0}


def test_a_killed_service_loses_nothing_and_a_stale_status_deceives_nobody(platform: Platform) -> None:
    platform.deploy(BatchSize=1)
    platform.put("order-1")
    service = platform.start_service()
    await_(platform.drained)
    platform.status_once(lambda status: status.tally.records_delivered == 1)

    platform.put("wait-2", "order-3")
    await_(lambda: "wait-2" in platform.log())
    service.send_signal(signal.SIGKILL)
    service.wait()
    function_pid = int(platform.log().split("wait-2")[0].split()[-1])
    await_(lambda: not lives(function_pid))
    assert platform.status() is not None
    assert not platform.drained()

    platform.start_service()
    await_(platform.drained)
    assert platform.stored() == ["order-1", "order-3", "wait-2"]
    assert platform.status_once(lambda status: status.tally.records_delivered == 3).tally.discarded == 0


def test_mappings_that_change_or_vanish_are_followed(platform: Platform) -> None:
    mapping = platform.deploy()
    platform.start_service()
    platform.put("order-1")
    await_(platform.drained)

    client = platform.client("lambda")
    client.update_event_source_mapping(UUID=mapping, Enabled=False)
    platform.status_once(lambda status: status.state == "Disabled")
    platform.put("order-2")
    client.update_event_source_mapping(UUID=mapping, Enabled=True, BatchSize=7)
    await_(platform.drained)
    assert platform.stored() == ["order-1", "order-2"]

    client.delete_event_source_mapping(UUID=mapping)
    await_(lambda: platform.status() is None)


def test_a_setting_that_cannot_be_honoured_is_said_in_log_and_status_and_nothing_is_delivered(
    platform: Platform,
) -> None:
    platform.deploy(ParallelizationFactor=2)
    platform.put("order-1")
    platform.start_service()
    status = platform.status_once(lambda _: True)
    assert "ParallelizationFactor 2" in status.problems[0]
    assert "ParallelizationFactor 2" in (platform.work_dir / "service.log").read_text()
    assert not platform.drained()
    assert platform.stored() == []


def test_a_reserved_concurrency_of_zero_stops_the_function_and_costs_no_retry(platform: Platform) -> None:
    platform.deploy(MaximumRetryAttempts=0)
    client = platform.client("lambda")
    client.put_function_concurrency(FunctionName=platform.name, ReservedConcurrentExecutions=0)
    platform.put("order-1")
    platform.start_service()
    status = platform.status_once(lambda status: status.tally.not_invoked >= 2)
    assert "throttled" in (status.shards[0].last_error or "")
    client.delete_function_concurrency(FunctionName=platform.name)
    await_(platform.drained)
    assert platform.stored() == ["order-1"]
    assert platform.objects(platform.quarantine) == []


def test_a_new_deployment_is_used_for_the_next_batch(platform: Platform) -> None:
    platform.deploy()
    platform.start_service()
    platform.put("order-1")
    await_(platform.drained)
    new = HANDLER.replace("text = base64", 'text = "new-" + base64')
    platform.client("lambda").update_function_code(FunctionName=platform.name, ZipFile=zip_of(handler=new))
    time.sleep(1.1)  # a deployment is looked for once per second
    platform.put("order-2")
    await_(platform.drained)
    assert platform.stored() == ["new-order-2", "order-1"]


def test_a_destination_that_refuses_holds_the_shard_until_it_is_mended(platform: Platform) -> None:
    platform.deploy(
        MaximumRetryAttempts=0, DestinationConfig={"OnFailure": {"Destination": f"arn:aws:s3:::{platform.name}-late"}}
    )
    platform.put("poison-1")
    platform.start_service()
    platform.status_once(lambda status: "refused" in str([shard.last_error for shard in status.shards]))
    assert not platform.drained()
    platform.client("s3").create_bucket(
        Bucket=f"{platform.name}-late", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    await_(platform.drained)
    assert len(platform.objects(f"{platform.name}-late")) == 1


def test_a_running_service_holds_its_folder_and_sigterm_ends_it_without_an_error(platform: Platform) -> None:
    platform.deploy()
    service = platform.start_service()
    await_(platform.status)
    with (platform.work_dir / LOCK).open() as lock, pytest.raises(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    service.send_signal(signal.SIGTERM)
    assert service.wait(20) == 0


def test_the_service_leaves_when_nobody_listens_at_its_endpoint(tmp_path: Path) -> None:
    machine = Machine(work_dir=tmp_path, kinesis=None, s3=None, sqs=None, role_of=str, invoker_of=None)  # type: ignore[arg-type]
    Service(machine, None, endpoint="http://127.0.0.1:9", unreachable_seconds=0.5).run()  # type: ignore[arg-type]
    assert progress(tmp_path) is not None


def test_a_checkpoint_behind_the_last_record_is_not_drained_and_a_stream_without_mapping_is_not_either(
    platform: Platform,
) -> None:
    assert not platform.drained()
    mapping = platform.deploy()
    assert platform.drained()
    platform.put("order-1", "order-2")
    store = CheckpointStore(platform.work_dir, mapping)
    for sequence_number, drained in (("1", False), ("2", True)):
        store.write("shardId-000000000000", Checkpoint(sequence_number=sequence_number))
        assert platform.drained() == drained
    assert not (platform.work_dir / FOLDER / "status.json").exists()
