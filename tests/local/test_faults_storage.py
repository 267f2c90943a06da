"""What S3, KMS and a dying function do to a batch: once the fault is gone, everything is there once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from botocore.exceptions import BotoCoreError

from config.naming import bucket_name
from local.demo.flow import ask
from local.demo.platform import ENV, Platform
from local.shop.order_record import Record
from local.shop.shop_day import generate
from tests.support.fault_bench import FaultBench, fault_bench
from tests.support.fault_proxy import ALWAYS, Fault, FaultProxy, fault_proxy
from tests.support.killing import kill_when, says, wait_for
from tests.support.plain_client import plain_client

# The same records are tried again together: their objects are then overwritten, not added to.
WHOLE = {"BisectBatchOnFunctionError": False}


@pytest.fixture(scope="module")
def proxy(platform: Platform) -> Iterator[FaultProxy]:
    with fault_proxy(platform.aws.endpoint) as proxy:
        yield proxy


@pytest.fixture
def bench(
    request: pytest.FixtureRequest, platform: Platform, proxy: FaultProxy, tmp_path: Path
) -> Iterator[FaultBench]:
    settings: dict[str, Any] = getattr(request, "param", {})
    with fault_bench(platform.aws.endpoint, proxy, tmp_path, **settings) as bench:
        yield bench


def records(count: int = 60, *, seed: int) -> list[Record]:
    return list(generate(count, seed=seed, bad_share=0.1, late_share=0.0, repeat_share=0.0))


def test_a_bucket_that_is_too_busy_twice_costs_nothing_but_time(bench: FaultBench) -> None:
    busy = bench.proxy.plan(Fault(kind="slow_down", method="PUT", part="-silver/orders/", times=2))
    bench.send(records(seed=21))
    bench.start()
    bench.drain()
    assert (busy.befell, bench.tally().function_errors) == (2, 0)
    assert bench.process().sent_unique == 60
    bench.second_run()


def test_a_bucket_that_is_too_busy_for_good_fails_the_batch_until_it_is_mended(bench: FaultBench) -> None:
    busy = bench.proxy.plan(Fault(kind="slow_down", method="PUT", part="-quarantine/", times=ALWAYS))
    bench.send(records(seed=22))
    bench.start()
    wait_for(lambda: bench.tally().function_errors >= 1, what="the failed batch")
    assert bench.objects("quarantine") == set()
    busy.mend()
    bench.drain()
    assert bench.tally().discarded == 0
    assert busy.befell >= 4
    bench.process()
    bench.second_run()


@pytest.mark.parametrize("bench", [{"mapping": {"BatchSize": 2, "MaximumRetryAttempts": 0}}], indirect=True)
def test_records_given_up_on_lie_whole_at_the_on_failure_destination(bench: FaultBench) -> None:
    bench.proxy.plan(Fault(kind="refuse", method="PUT", part="-silver/", times=ALWAYS))
    sent = [record for record in records(7, seed=23) if record.expected_reason is None]
    bench.send(sent)
    accounting = bench.process()
    assert (accounting.stored, accounting.lost) == (0, len(sent))
    assert bench.kept() == {record.identity for record in sent}


@pytest.mark.parametrize("bench", [{"mapping": WHOLE}], indirect=True)
def test_an_answer_lost_after_the_put_took_effect_leaves_one_object(bench: FaultBench) -> None:
    lost = bench.proxy.plan(Fault(kind="reset_after", method="PUT", part="-silver/orders/", times=2))
    bench.send(records(seed=24))
    accounting = bench.process()
    assert lost.befell == 2
    assert all(received.delivered_again == 0 for received in accounting.received.values())
    before = bench.objects()
    bench.second_run()
    assert len(bench.objects()) <= 2 * len(before)


@pytest.mark.parametrize("bench", [{"mapping": WHOLE}], indirect=True)
def test_a_function_killed_between_two_objects_of_a_batch_writes_the_same_objects_again(bench: FaultBench) -> None:
    bench.proxy.plan(Fault(kind="delay", method="PUT", part="-silver/orders/", seconds=4))
    bench.send(records(seed=25))
    bench.start()
    kill_when(lambda: says(bench.function_log, "/order_items/"), bench.function_pid, what="the first object")
    assert not [key for key in bench.objects() if key.startswith("silver/orders/")]
    bench.drain()
    assert bench.tally().function_errors == 1
    accounting = bench.process()
    assert all(received.delivered_again == 0 for received in accounting.received.values())
    bench.second_run()


def test_a_killed_function_whose_batch_is_halved_leaves_copies_that_no_reader_sees(bench: FaultBench) -> None:
    bench.proxy.plan(Fault(kind="delay", method="PUT", part="-silver/orders/", seconds=4))
    bench.send(records(seed=26))
    bench.start()
    kill_when(lambda: says(bench.function_log, "/order_items/"), bench.function_pid, what="the first object")
    bench.drain()
    assert bench.tally().bisects >= 1
    accounting = bench.process()
    assert accounting.received["order_items"].delivered_again > 0
    bench.second_run()


@pytest.mark.parametrize("bench", [{"mapping": WHOLE, "function": {"timeout_seconds": 6}}], indirect=True)
def test_a_function_out_of_time_is_ended_and_its_batch_comes_again(bench: FaultBench) -> None:
    late = bench.proxy.plan(Fault(kind="delay", method="PUT", part="-silver/orders/", seconds=9))
    bench.send(records(seed=27))
    bench.start()
    out_of_time = ("OutOfTimeError", "Sandbox.Timedout")  # it gives up by itself, or is ended
    wait_for(lambda: any(each in error for error in bench.errors() for each in out_of_time), what="the end of its time")
    bench.drain()
    assert late.befell == 1
    assert bench.tally().function_errors >= 1
    bench.process()
    bench.second_run()


@pytest.mark.parametrize(
    ("part", "status", "code"),
    [
        ("-silver/", 400, "KMS.DisabledException"),
        ("-silver/orders/", 403, "AccessDenied"),
        ("-quarantine/", 404, "NoSuchBucket"),
    ],
)
def test_what_an_operator_must_repair_fails_loudly_and_loses_nothing(
    bench: FaultBench, part: str, status: int, code: str
) -> None:
    fault = bench.proxy.plan(Fault(kind="refuse", method="PUT", part=part, times=ALWAYS, status=status, code=code))
    bench.send(records(20, seed=28))
    bench.start()
    wait_for(lambda: any(code in error for error in bench.errors()), what=code)
    fault.mend()
    bench.drain()
    assert bench.tally().discarded == 0
    bench.process()
    bench.second_run()


def test_a_masking_key_that_cannot_be_read_stores_nothing_until_it_can(bench: FaultBench) -> None:
    fault = bench.proxy.plan(
        Fault(kind="refuse", operation="GetSecretValue", times=ALWAYS, status=400, code="AccessDeniedException")
    )
    bench.send(records(20, seed=29))
    bench.start()
    wait_for(lambda: any("AccessDenied" in error for error in bench.errors()), what="the refusal")
    assert bench.objects() == set()
    fault.mend()
    bench.process()


@pytest.mark.parametrize("bench", [{"mapping": {"MaximumRetryAttempts": 0}}], indirect=True)
def test_a_refused_on_failure_destination_is_told_and_holds_the_shard(bench: FaultBench) -> None:
    bench.proxy.plan(Fault(kind="refuse", method="PUT", part="-silver/", times=ALWAYS))
    destination = bench.proxy.plan(Fault(kind="refuse", method="PUT", part="-failures/", times=ALWAYS))
    sent = [record for record in records(3, seed=30) if record.expected_reason is None][:1]
    bench.send(sent)
    bench.start()
    wait_for(lambda: any("on-failure object is refused" in error for error in bench.errors()), what="the refusal")
    assert bench.kept() == set()
    destination.mend()
    assert bench.process().stored == 0
    assert bench.kept() == {sent[0].identity}


def test_an_upload_that_was_cut_off_is_never_seen(bench: FaultBench) -> None:
    bench.send(records(20, seed=31))
    bench.process()
    before, bucket, key = bench.seen(), bench.bucket("silver"), "orders/year=2024/month=11/day=29/hour=10/part.parquet"
    s3 = plain_client("s3", bench.proxy.endpoint)
    upload = s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
    bench.proxy.plan(Fault(kind="reset", method="PUT", part="part.parquet"))
    with pytest.raises(BotoCoreError):
        s3.upload_part(Bucket=bucket, Key=key, UploadId=upload, PartNumber=1, Body=b"PAR1" * 1000)
    assert f"silver/{key}" not in bench.objects()
    assert bench.seen() == before


@pytest.mark.parametrize("content", [b"", b"no parquet at all", b"PAR1" + b"\0" * 200])
def test_an_object_that_is_no_parquet_is_named_instead_of_being_left_out(platform: Platform, content: bytes) -> None:
    s3 = plain_client("s3", platform.aws.endpoint)
    place = {
        "Bucket": bucket_name(ENV, "silver"),
        "Key": "orders/year=2024/month=11/day=29/hour=10/garbage.parquet",
    }
    with ask(platform) as lake:
        before = lake.rows("SELECT count(*) FROM orders_live")
    s3.put_object(**place, Body=content)
    try:
        with pytest.raises(duckdb.Error, match=r"garbage\.parquet"):
            ask(platform)
    finally:
        s3.delete_object(**place)
    with ask(platform) as lake:
        assert lake.rows("SELECT count(*) FROM orders_live") == before
