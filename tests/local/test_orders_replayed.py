"""Can everything be sent again, after a loss, a fix or a failure, without a reader seeing anything twice?"""

import json
import subprocess
import time
from datetime import UTC, datetime, timedelta

import pytest

from config.naming import bucket_name
from local.demo.flow import ask, drain, feed
from local.demo.platform import ENV, Platform
from local.report.accounting import account
from local.report.ledger import find_fates
from local.shop.bad_records import FAULTS, bad_record
from local.shop.order_record import Kind
from local.shop.shop_day import generate
from replay.archive import lines_of, objects_of
from replay.archived_record import records_of
from replay.interval import Interval
from tests.support.replays import ROOT, Replays, broken_function, changed_contract, everything, seen

EVENTS = 1_500


@pytest.fixture(scope="module")
def replays(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Replays:
    """A platform through which a day went, good and bad records of it."""
    # S3 tells times in whole seconds: what was archived before must be older than that.
    time.sleep(2)
    made = Replays(platform=platform, folder=tmp_path_factory.mktemp("replays"))
    feed(platform, generate(EVENTS, seed=71, bad_share=0.02))
    drain(platform)
    return made


def test_without_yes_it_tells_what_it_would_send_and_sends_nothing(replays: Replays) -> None:
    before = replays.in_stream()
    said = replays.run("replay", *replays.interval)
    assert "YES=1" in said
    assert "dollars" in said
    assert replays.in_stream() == before


def test_the_archive_is_encrypted_and_holds_every_record(replays: Replays) -> None:
    s3, bucket = replays.client("s3"), bucket_name(ENV, "bronze")
    objects = objects_of(s3, bucket, Interval(start=replays.since, end=datetime.now(UTC)), kept=timedelta(days=7))
    encrypted = {s3.head_object(Bucket=bucket, Key=each.key)["ServerSideEncryption"] for each in objects}
    archived = sum(1 for each in objects for _ in records_of(lines_of(s3, bucket, each.key)))
    assert (encrypted, archived) == ({"aws:kms"}, EVENTS)


def test_a_replay_changes_nothing_that_readers_see(replays: Replays) -> None:
    before, records = seen(replays.platform), replays.in_stream()
    said = replays.run("replay", *replays.interval, "--yes")
    assert seen(replays.platform) == before
    sent, left = (int(said.split(word)[0].split()[-1].replace(",", "")) for word in (" sent,", " left "))
    assert (sent + left, replays.in_stream()) == (EVENTS, records + sent)


def test_a_replay_that_was_killed_goes_on_where_it_was(replays: Replays) -> None:
    before, interval = seen(replays.platform), replays.interval
    command = replays.command("replay", *interval, "--yes", "--rate", "300")
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while not list(replays.folder.glob("*.json")):
            assert process.poll() is None
            time.sleep(0.05)
        process.kill()
    said = replays.run("replay", *interval, "--yes")
    assert "going on where it was cut off" in said
    assert not list(replays.folder.glob("*.json"))
    assert seen(replays.platform) == before


def test_silver_objects_that_were_lost_are_back_exactly(replays: Replays) -> None:
    before = seen(replays.platform, arrivals=False)
    with ask(replays.platform) as lake:
        largest = "SELECT year, month, day, hour FROM orders_live GROUP BY ALL ORDER BY count(*) DESC LIMIT 1"
        ((year, month, day, hour),) = lake.rows(largest)
    s3, bucket = replays.client("s3"), bucket_name(ENV, "silver")
    for table in ("orders", "order_items"):
        prefix = f"{table}/year={year}/month={month:02}/day={day:02}/hour={hour:02}/"
        for entry in s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]:
            s3.delete_object(Bucket=bucket, Key=entry["Key"])
    lost = seen(replays.platform, arrivals=False)
    assert lost["orders_live"][0] < before["orders_live"][0]
    replays.run("replay", *everything(), "--yes")
    assert seen(replays.platform, arrivals=False) == before


def test_after_a_fix_what_was_set_aside_is_stored_and_the_rest_stays(replays: Replays) -> None:
    small_letters = next(fault for fault in FAULTS if fault.name == "currency in small letters")
    orders = [record for record in generate(40, seed=72, bad_share=0, repeat_share=0) if record.kind is Kind.ORDER]
    bad = [bad_record(json.loads(record.data), small_letters) for record in orders]
    feed(replays.platform, bad)
    drain(replays.platform)
    ids = [record.identity for record in bad]
    stored = "SELECT count(*), count(DISTINCT event_id) FROM orders_live WHERE list_contains(?, event_id)"
    with ask(replays.platform) as lake:
        assert lake.rows(stored, [ids]) == [(0, 0)]
    before = seen(replays.platform)
    wanted = ("--source", "order_event", "--reason", "bad_format", *replays.interval)
    with changed_contract(replays, {b"^[A-Z]{3}$": b"^[A-Za-z]{3}$"}):
        time.sleep(2)
        assert "YES=1" in replays.run("replay-quarantine", *wanted)
        replays.run("replay-quarantine", *wanted, "--yes")
        replays.run("replay-quarantine", *wanted, "--yes")
    with ask(replays.platform) as lake:
        assert lake.rows(stored, [ids]) == [(len(ids), len(ids))]
        find_fates(lake.connection, dict.fromkeys(ids))
        accounts = account(lake.connection, sent=len(ids))
    assert (accounts.sent_unique, accounts.stored, accounts.quarantined, accounts.lost) == (len(ids), len(ids), {}, 0)
    after = seen(replays.platform)
    assert after["quarantine"] == before["quarantine"]


def test_batches_that_were_given_up_are_stored_once_sent_again(replays: Replays) -> None:
    records = list(generate(30, seed=73, bad_share=0, repeat_share=0))
    ids = [record.identity for record in records]
    stored = "SELECT count(*), count(DISTINCT event_id) FROM orders_live WHERE list_contains(?, event_id)"
    with broken_function(replays):
        time.sleep(3)
        feed(replays.platform, records)
        drain(replays.platform)
    time.sleep(3)
    with ask(replays.platform) as lake:
        assert lake.rows(stored, [ids]) == [(0, 0)]
    assert "30 records in them" in replays.run("redrive")
    replays.run("redrive", "--yes")
    with ask(replays.platform) as lake:
        assert lake.rows(stored, [ids]) == [(30, 30)]
    before, sent = seen(replays.platform), replays.in_stream()
    assert "there is nothing to do" in replays.run("redrive", "--yes")
    assert replays.in_stream() == sent
    assert seen(replays.platform) == before
