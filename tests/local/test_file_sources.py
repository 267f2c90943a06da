"""Do the real files of all sources arrive: bronze, EventBridge, SQS, the packed function, and rows in the lake?"""

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from config.naming import bucket_name, physical_name
from config.sources import SOURCES, file_sources
from local.demo.flow import ask
from local.demo.platform import ENV, Platform
from local.lambda_service.aws_clients import aws_client
from local.lambda_service.drained import is_queue_drained
from tests.support.killing import wait_for
from tests.support.real_files import REAL_FILES, RealFile

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PREFIXES = {source.name: source.prefix for source in file_sources(SOURCES)}
QUEUE = physical_name(ENV, "file-sources")
TABLES = sorted({real.source for real in REAL_FILES})
# Summed over the file by awk.
RETURNED = 856
ROWS = Counter({table: sum(real.stored for real in REAL_FILES if real.source == table) for table in TABLES})
# A row for every reason would prove no more: the function's own tests plant each of them.
PLANTED = (
    "CustomerKey,Prefix,FirstName,LastName,BirthDate,MaritalStatus,Gender,EmailAddress,AnnualIncome,TotalChildren,"
    "EducationLevel,Occupation,HomeOwner\n"
    + "".join(
        f'{number},MS.,Planted,Person,1/2/1980,S,F,planted.person{number}@example.org,"$1,000 ",0,Bachelors,Clerk,N\n'
        for number in range(50_001, 50_021)
    )
    + '50021,MS.,Planted,Person,1/2/1980,S,planted.person@example.org,planted.person@example.org,"$1 ",0,B,C,N\n'
)


@pytest.fixture(scope="module")
def s3(platform: Platform) -> "S3Client":
    client: S3Client = aws_client("s3", endpoint=platform.aws.endpoint, region=ENV.region)
    return client


@pytest.fixture(scope="module")
def real_folder(by_day: Path) -> Path:
    return by_day.parent.parent


@pytest.fixture(scope="module")
def landed(platform: Platform, s3: "S3Client", real_folder: Path) -> dict[str, bytes]:
    """The real files in bronze, and one with a bad row, each through to its verdict; what lies in the lake then."""
    for real in REAL_FILES:
        land(s3, key_of(real), (real_folder / real.path).read_bytes())
    land(s3, "crm_customers/planted.csv", PLANTED.encode("utf-8-sig"))
    settle(platform, s3, len(REAL_FILES) + 1)
    return written(s3)


def key_of(real: RealFile, folder: str = "real") -> str:
    return f"{PREFIXES[real.source]}{folder}/{real.path.rpartition('/')[2]}"


def land(s3: "S3Client", key: str, body: bytes) -> None:
    s3.put_object(Bucket=bucket_name(ENV, "bronze"), Key=key, Body=body)


def keys(s3: "S3Client", zone: str, prefix: str) -> list[str]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket_name(ENV, zone), Prefix=prefix)
    return [str(found.get("Key")) for page in pages for found in page.get("Contents", ())]


def objects(s3: "S3Client", zone: str, prefix: str) -> dict[str, bytes]:
    bucket = bucket_name(ENV, zone)
    return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys(s3, zone, prefix)}


def written(s3: "S3Client") -> dict[str, bytes]:
    """All that the function wrote, by key."""
    silver = {key: body for table in TABLES for key, body in objects(s3, "silver", f"{table}/").items()}
    return silver | objects(s3, "quarantine", "quarantined_rows/") | objects(s3, "bronze", "_verdicts/")


def settle(platform: Platform, s3: "S3Client", verdicts: int) -> None:
    """Waits until there are so many verdicts and no message is left."""
    wait_for(lambda: len(keys(s3, "bronze", "_verdicts/")) == verdicts, what=f"{verdicts} verdicts", seconds=180)
    wait_for(lambda: is_queue_drained(platform.aws.endpoint, QUEUE), what="an empty queue", seconds=180)


def verdicts_of(found: dict[str, bytes]) -> list[dict[str, Any]]:
    return [json.loads(body) for key, body in found.items() if key.startswith("_verdicts/")]


def test_every_row_of_the_real_files_can_be_asked_for(platform: Platform, landed: dict[str, bytes]) -> None:
    assert all(verdict["outcome"] == "accepted" for verdict in verdicts_of(landed))
    with ask(platform) as lake:
        real = "WHERE contains(_source_file, '/real/')"
        asked = {table: lake.rows(f"SELECT count(*) FROM {table}_received {real}")[0][0] for table in TABLES}  # noqa: S608
        assert asked == ROWS
        assert lake.rows("SELECT sum(quantity) FROM erp_returns") == [(RETURNED,)]
        assert lake.rows("SELECT count(DISTINCT (year, month)) FROM erp_sales") == [(24,)]


def test_a_bad_row_stands_in_quarantine_with_its_reason(platform: Platform, landed: dict[str, bytes]) -> None:
    assert landed
    with ask(platform) as lake:
        rows = lake.rows("SELECT source, file, line, reason FROM quarantined_rows")
        assert rows == [("crm_customers", "crm_customers/planted.csv", 21, "bad_format")]


def test_no_personal_data_stands_in_clear_in_anything_written(landed: dict[str, bytes], platform: Platform) -> None:
    planted = ("planted", "@example.", "@adventure-works", "eugene10")
    for key, body in landed.items():
        # The file is called so too, and its name may be known.
        text = body.replace(b"crm_customers/planted.csv", b"").decode(errors="replace").lower()
        assert [word for word in planted if word in text] == [], key
    with ask(platform) as lake:
        for table in (*(f"{table}_received" for table in TABLES), "quarantined_rows_received"):
            texts = [name for name, type_, *_ in lake.rows(f"DESCRIBE {table}") if type_ == "VARCHAR"]
            texts = [name for name in texts if name not in ("_source_file", "file")]
            found = " OR ".join(f"contains(lower({name}), '{word}')" for name in texts for word in planted)
            assert lake.rows(f"SELECT count(*) FROM {table} WHERE {found}") == [(0,)]  # noqa: S608


def test_landing_everything_again_changes_nothing(
    platform: Platform, s3: "S3Client", landed: dict[str, bytes], real_folder: Path
) -> None:
    before = len(announced(platform))
    for folder in ("real", "again"):
        for real in REAL_FILES:
            land(s3, key_of(real, folder), (real_folder / real.path).read_bytes())
    wait_for(lambda: len(announced(platform)) == before + 2 * len(REAL_FILES), what="every repeat", seconds=180)
    settle(platform, s3, len(verdicts_of(landed)))
    assert written(s3) == landed


def announced(platform: Platform) -> list[str]:
    """The lines of counts in the function's log, one for each file that was judged."""
    logs = (platform.work_dir / "logs").glob("*data-validator*.log")
    return [
        line for log in logs for line in log.read_text(errors="replace").splitlines() if '"Ecommerce/Sources"' in line
    ]


def test_a_file_that_is_not_as_agreed_is_refused_and_blocks_no_other(
    platform: Platform, s3: "S3Client", landed: dict[str, bytes]
) -> None:
    before = len(verdicts_of(landed))
    land(s3, "erp_returns/broken.csv", b"no,header\n1,2\n")
    land(s3, "erp_returns/good.csv", b"ReturnDate,TerritoryKey,ProductKey,ReturnQuantity\n1/1/2020,1,1,1\n")
    settle(platform, s3, before + 2)
    found = {verdict["file"]: verdict for verdict in verdicts_of(objects(s3, "bronze", "_verdicts/"))}
    assert found["erp_returns/broken.csv"]["refused_by"] == "header"
    assert found["erp_returns/good.csv"]["rows"]["stored"] == 1
