"""The CRM's real files through the real validator and the job: is everybody somebody, once, and nobody in clear?"""

import csv
import gzip
import io
import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from lib.crm_run import CrmStats
from tests.support.crm_deliveries import on
from tests.support.real_files import REAL_FILES, RealFile
from tests.support.received_customers import ReceivedCustomers

CRM = [real for real in REAL_FILES if real.source.startswith("crm_")]
# By source, what each id of a record stands in.
IDS = {"crm_customers": "crm_customer_keys", "crm_users": "crm_user_ids", "crm_emails": "crm_person_ids"}


@pytest.fixture(scope="module")
def folder() -> Path:
    folder = Path(os.environ.get("ECOMMERCE_DATA", ""))
    if not (folder / "adventureworks").is_dir():
        pytest.fail(f"{folder} has no folder adventureworks; set ECOMMERCE_DATA to the one that does", pytrace=False)
    return folder


@pytest.fixture(scope="module")
def lake(spark: SparkSession, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> ReceivedCustomers:
    """The real files, delivered on one day."""
    lake = ReceivedCustomers(spark=spark, folder=tmp_path_factory.mktemp("crm"))
    for real in CRM:
        stored = lake.deliver(real.source, Path(real.path).name, (folder / real.path).read_bytes(), arrived=on(0))
        assert stored == real.stored
    return lake


@pytest.fixture(scope="module")
def stats(lake: ReceivedCustomers) -> CrmStats:
    return lake.run()


@pytest.fixture(scope="module")
def rows(lake: ReceivedCustomers, stats: CrmStats) -> list[dict[str, Any]]:
    assert stats.versions
    return lake.rows()


def test_every_row_of_every_source_is_one_customers(stats: CrmStats, rows: list[dict[str, Any]]) -> None:
    assert stats.records == sum(real.stored for real in CRM) == sum(row["source_records"] for row in rows)
    for source, column in IDS.items():
        ids = Counter(number for row in rows if row[column] for number in row[column].split(","))
        assert max(ids.values()) == 1, source
        assert len(ids) == sum(real.stored for real in CRM if real.source == source)


def test_customers_of_the_erp_are_met_with_their_numbers_in_the_database(rows: list[dict[str, Any]]) -> None:
    customers = [row for row in rows if row["crm_customer_keys"]]
    assert len(customers) == 8_827
    assert all(row["crm_person_ids"] and row["phone_token"] and row["email_token"] for row in customers)
    # Every other person is one too, and numbers of telephones that a hundred share have joined nobody.
    assert len(rows) == 19_972 + 3_495
    assert max(row["source_records"] for row in rows) <= 4


def test_of_users_that_share_an_address_only_those_of_one_age_are_one(rows: list[dict[str, Any]]) -> None:
    users = [row["crm_user_ids"].split(",") for row in rows if row["crm_user_ids"]]
    assert sum(map(len, users)) == 3_500
    # Of the 87 addresses that 180 of them share, the other owners differ in age by years.
    assert Counter(map(len, users)) == {1: 3_490, 2: 5}


def test_nobody_stands_in_clear(lake: ReceivedCustomers, rows: list[dict[str, Any]], folder: Path) -> None:
    # Some last names are spelled like a state: Ma, Al.
    clear = {value.lower() for real in CRM for value in clear_values(folder, real) if len(value) > 2}
    assert len(clear) > 30_000
    assert not clear & {str(value).lower() for row in rows for value in row.values()}
    written = b"".join(lake.silver.read(stored.key) or b"" for stored in lake.silver.listed("published/"))
    assert [word for word in (b"adventure-works.com", b"@example.com", b"555-0") if word in written] == []


def clear_values(folder: Path, real: RealFile) -> Iterator[str]:
    """E-mail addresses, telephone numbers and names as the file has them."""
    text = gzip.decompress((folder / real.path).read_bytes()).decode("utf-8-sig")
    if real.source == "crm_users":
        for line in text.splitlines():
            yield from (json.loads(line)[name] for name in ("email", "name", "first_name", "last_name", "username"))
    elif real.source == "crm_customers":
        for row in csv.DictReader(io.StringIO(text)):
            yield from (row[name] for name in ("EmailAddress", "FirstName", "LastName"))
    else:
        yield from (row.split("+|")[2 if real.source == "crm_emails" else 1] for row in text.split("&|\n") if row)


def test_another_full_export_adds_a_version_only_where_something_changed(
    lake: ReceivedCustomers, rows: list[dict[str, Any]], folder: Path
) -> None:
    path = next(folder / real.path for real in CRM if real.source == "crm_users")
    users = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    shared = Counter(user["email"].lower() for user in users)
    # One who shares no address with anybody is a year older; all others are as they were.
    birthday = next(user for user in users if shared[user["email"].lower()] == 1)
    birthday["age"] += 1
    later = "\n".join(map(json.dumps, users)).encode()
    lake.deliver("crm_users", "later.ndjson.gz", gzip.compress(later), arrived=on(300))
    assert lake.run().versions == len(rows) + 1
    before = {tuple(row.values()) for row in rows}
    changed = [row for row in lake.rows() if tuple(row.values()) not in before]
    born = on(0).year - birthday["age"]
    assert [(row["crm_user_ids"], row["is_current"], row["birth_year"]) for row in changed] == [
        (birthday["id"], False, born + 1),
        (birthday["id"], True, born),
    ]
