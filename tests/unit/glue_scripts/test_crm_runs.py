"""Do runs over what the data_validator stored publish the same customers, whatever comes twice, shuffled or broken?"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from lib.crm_run import TABLE, CrmStats
from lib.published_table import QualityError, Run
from lib.quality import RuleResult, Verdict
from lib.unreadable import TooManyUnreadableError
from shared.tokens import Tokens
from tests.support.crm_deliveries import on
from tests.support.received_customers import ReceivedCustomers, customers_file, raw_export, users_file
from tests.unit.data_validator.validator_world import KEY

ANN = ("11000", "MRS.", "Ann", "Lee", "4/8/1966", "M", "F", "ann.lee@example.org", '"$90,000 "', "2", "B", "P", "Y")
MOVED = {"id": "7", "email": "ANN.LEE@example.org", "name": "Ann Lee", "gender": "F", "age": 60, "state": "TX"}
FILES: tuple[tuple[str, str, bytes, int], ...] = (
    ("crm_customers", "a.csv", customers_file(ANN), 0),
    ("crm_users", "a.ndjson", users_file({**MOVED, "state": "HI"}, {"id": "8", "email": "b@example.org"}), 0),
    ("crm_emails", "a.csv.gz", raw_export(("3", "1", "ann.lee@example.org ", "GUID", "2020-01-07 00:00:00.000")), 1),
    ("crm_phones", "a.csv.gz", raw_export(("3", "1 (11) 500 555-0171", "2", "2020-01-07 00:00:00.000")), 1),
    ("crm_users", "b.ndjson", users_file({**MOVED}), 2),
)


@dataclass(kw_only=True)
class Story:
    """Runs one after another, and the table after each."""

    lake: ReceivedCustomers
    stats: dict[str, CrmStats] = field(default_factory=dict)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def run(self, name: str, *, always: bool = False) -> None:
        self.stats[name] = self.lake.run(always=always)
        self.rows[name] = self.lake.rows()


def deliver(lake: ReceivedCustomers, files: Any) -> None:
    for source, name, body, day in files:
        lake.deliver(source, name, body, arrived=on(day))


def fails(_: DataFrame) -> Verdict:
    return Verdict(results=(RuleResult(rule="RowCount > 9", passed=False, reason="4"),))


@pytest.fixture(scope="module")
def story(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Story:
    lake = ReceivedCustomers(spark=spark, folder=tmp_path_factory.mktemp("crm"))
    told = Story(lake=lake)
    told.run("nothing delivered")
    deliver(lake, FILES[:4])
    told.run("first")
    deliver(lake, FILES[4:])
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("lib.crm_run.audit_of", lambda _: fails)
        with pytest.raises(QualityError, match="RowCount > 9"):
            lake.run()
    told.rows["failed"] = lake.rows()
    told.run("second")
    told.run("again")
    told.run("forced", always=True)
    return told


def test_a_second_delivery_that_changes_something_is_a_second_version(story: Story) -> None:
    first, second = story.stats["first"], story.stats["second"]
    assert (first.records, first.customers, first.versions) == (5, 2, 3)
    assert (second.records, second.customers, second.versions) == (5, 2, 4)
    ann = [row for row in story.rows["second"] if row["crm_customer_keys"] == "11000"]
    assert [(row["state"], row["crm_person_ids"], row["is_current"]) for row in ann] == [
        ("HI", None, False),
        ("HI", "3", False),
        ("TX", "3", True),
    ]
    first_ids = {row["customer_id"] for row in story.rows["first"]}
    assert first_ids == {row["customer_id"] for row in story.rows["second"]}


def test_tokens_are_the_same_as_everywhere(story: Story) -> None:
    (ann,) = [row for row in story.rows["second"] if row["crm_customer_keys"] and row["is_current"]]
    tokens = Tokens(KEY)
    assert ann["email_token"] == tokens.of("email")("ann.lee@example.org")
    assert ann["phone_token"] == tokens.of("phone")("+1 11 500 555 0171")
    assert ann["name_token"] == tokens.of("name")("Ann Lee")


def test_a_failed_rule_leaves_what_was_published_and_the_next_run_does_it_again(story: Story) -> None:
    assert story.rows["failed"] == story.rows["first"]
    assert not story.stats["second"].skipped


def test_nothing_new_publishes_nothing_and_a_forced_run_the_same_rows(story: Story) -> None:
    assert story.stats["nothing delivered"].skipped
    assert story.stats["again"].skipped
    assert not story.stats["forced"].skipped
    assert story.rows["forced"] == story.rows["second"]


def test_the_order_in_which_files_are_delivered_does_not_matter_nor_an_object_nobody_can_read(
    story: Story, tmp_path: Path
) -> None:
    other = ReceivedCustomers(spark=story.lake.spark, folder=tmp_path)
    deliver(other, FILES[::-1])
    broken = ["crm_users/broken-00000.parquet", "crm_users/broken-00001.parquet"]
    for key in broken:
        other.silver.write(key, b"PAR1 no rows at all PAR1")
    with pytest.raises(TooManyUnreadableError, match="crm_users: 2 of 4 objects cannot be read"):
        other.run(max_unreadable_percent=10)
    assert other.published(TABLE).partitions() == {}
    assert other.run(max_unreadable_percent=50).unreadable == {"crm_users": broken}
    assert len(other.quarantine.listed("corrupt_files/crm_users/broken")) == 2 * len(broken)
    assert other.rows() == story.rows["second"]


def test_the_line_of_counts_is_json_and_names_the_run(story: Story) -> None:
    line = json.loads(json.dumps(story.stats["second"].line(Run(job="crm_etl", run_id="r1"))))
    assert (line["job"], line["run_id"], line["versions"], line["objects"]) == ("crm_etl", "r1", 4, 5)
