"""Does every line of a real web-server log arrive, as a request or with the reason why it is none?"""

import gzip
import json
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from config.naming import bucket_name, event_stream_name, physical_name
from local.demo.platform import ENV, Platform
from local.lambda_service.aws_clients import aws_client
from local.lambda_service.drained import is_drained, is_queue_drained
from tests.unit.log_forwarder.forwarder_fakes import log_line, log_of

REAL, DIRTY = "web_logs/2015/05/access.log.gz", "web_logs/dirty.log"
LINE = re.compile(r'^(\S+) .*" (\d{3}) (\d+|-) "')
# Two whole requests and four lines that are none.
PLANTED = ("203.0.113.77", "2001:db8::77", "jane@example.com", "jane%40example.com", "Jane-Doe")
WHOLE = [
    log_line(1, host=PLANTED[0], request=f"GET /leave/{PLANTED[3]}?name={PLANTED[4]} HTTP/1.1"),
    json.dumps(
        {
            "time_local": "17/May/2015:10:05:03 +0000",
            "remote_addr": PLANTED[1],
            "request": "POST /cart HTTP/1.1",
            "status": 201,
            "body_bytes_sent": 0,
            "http_referer": f"https://{PLANTED[4]}@shop.example.com/?q={PLANTED[2]}",
        }
    ),
]
BROKEN = [
    log_line(3, host=PLANTED[0], user=PLANTED[4])[:90],
    log_line(4, host=PLANTED[1], request=f"GET /?mail={PLANTED[2]} HTTP/1.1")[:-4],
    json.dumps({"remote_addr": PLANTED[0], "remote_user": PLANTED[4], "request": "GET / HTTP/1.1"}),
    f"worker of {PLANTED[2]} crashed",
]


@dataclass(frozen=True)
class Landed:
    """What came of the two files: requests and set-aside lines as tables, and the real file's own lines."""

    lines: list[str]
    tables: duckdb.DuckDBPyConnection

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.tables.execute(sql).fetchall()


@pytest.fixture(scope="module")
def landed(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Landed]:
    folder = Path(os.environ.get("ECOMMERCE_DATA", "")) / "web_logs"
    if not folder.is_dir():
        pytest.fail(f"{folder} is not there; set ECOMMERCE_DATA to the folder that holds web_logs", pytrace=False)
    (path,) = folder.glob("*.log.gz")
    for key, content in ((REAL, path.read_bytes()), (DIRTY, log_of(*WHOLE, *BROKEN)), (REAL, path.read_bytes())):
        s3_of(platform).put_object(Bucket=bucket_name(ENV, "bronze"), Key=key, Body=content)
        await_(platform, lambda: is_queue_drained(platform.aws.endpoint, physical_name(ENV, "web-logs")))
    await_(platform, lambda: is_drained(platform.work_dir, platform.aws.endpoint, event_stream_name(ENV)))
    with duckdb.connect() as tables:
        for zone, prefix in (("silver", "web_requests"), ("quarantine", "quarantined_rows")):
            kept = fetched(platform, zone, f"{prefix}/", tmp_path_factory.mktemp(zone))
            files = f"read_parquet('{kept}/*.parquet', union_by_name = true)"
            tables.execute(f"CREATE TABLE {prefix} AS SELECT * FROM {files}")  # names of this test  # noqa: S608
        yield Landed(gzip.decompress(path.read_bytes()).decode().splitlines(), tables)


def s3_of(platform: Platform) -> Any:
    return aws_client("s3", endpoint=platform.aws.endpoint, region=ENV.region)


def await_(platform: Platform, fact: Callable[[], bool], *, seconds: float = 180) -> None:
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, f"not within {seconds} s; see {platform.work_dir / 'logs'}"
        time.sleep(0.3)


def fetched(platform: Platform, zone: str, prefix: str, into: Path) -> Path:
    """The objects below a prefix, as files."""
    bucket, s3 = bucket_name(ENV, zone), s3_of(platform)
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for number, entry in enumerate(page.get("Contents", ())):
            body = s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()
            (into / f"{number}-{entry['Key'].rpartition('/')[2]}").write_bytes(body)
    return into


def once(log_file: str) -> str:
    """Each request once, as readers see it; a file that comes twice is delivered twice."""
    return f"(SELECT DISTINCT ON (event_id) * FROM web_requests WHERE log_file = '{log_file}')"  # noqa: S608


def test_every_line_of_the_real_log_is_one_request_though_the_file_came_twice(landed: Landed) -> None:
    ((rows, lines, first, last),) = landed.rows(
        f"SELECT count(*), count(DISTINCT log_line), min(log_line), max(log_line) FROM {once(REAL)}"  # noqa: S608
    )
    assert rows == lines == last == len(landed.lines) == 4_525
    assert first == 1


def test_status_and_bytes_are_those_of_the_file_and_a_dash_is_no_size(landed: Landed) -> None:
    matches = [LINE.match(line) for line in landed.lines]
    expected = Counter((int(match[2]), None if match[3] == "-" else int(match[3])) for match in matches if match)
    found = landed.rows(f"SELECT status, response_bytes, count(*) FROM {once(REAL)} GROUP BY ALL")  # noqa: S608
    assert {(status, size): count for status, size, count in found} == expected
    assert expected.total() == len(landed.lines)
    assert any(size is None for _, size in expected)


def test_as_many_visitors_have_a_token_as_have_an_address(landed: Landed) -> None:
    addresses = {line.partition(" ")[0] for line in landed.lines}
    ((tokens,),) = landed.rows(f"SELECT count(DISTINCT ip_address_token) FROM {once(REAL)}")  # noqa: S608
    assert tokens == len(addresses)


def test_a_dirty_file_is_forwarded_or_set_aside_line_by_line(landed: Landed) -> None:
    requests = landed.rows(f"SELECT log_line, method, status FROM {once(DIRTY)} ORDER BY log_line")  # noqa: S608
    assert requests == [(1, "GET", 200), (2, "POST", 201)]
    bad = landed.rows("SELECT line, reason, source, file FROM quarantined_rows WHERE source = 'web_logs' ORDER BY line")
    reasons = ("bad_format", "bad_format", "missing_field", "bad_format")
    assert bad == [(line, reason, "web_logs", DIRTY) for line, reason in enumerate(reasons, start=3)]


def test_no_address_and_nothing_else_personal_stands_in_any_column(landed: Landed) -> None:
    secrets = {line.partition(" ")[0] for line in landed.lines} | set(PLANTED)
    assert len(secrets) > 800
    for table in ("web_requests", "quarantined_rows"):
        names = [name for name, type_, *_ in landed.rows(f"DESCRIBE {table}") if type_ == "VARCHAR"]
        for name in names:
            texts = " ".join(str(text) for (text,) in landed.rows(f'SELECT DISTINCT "{name}" FROM {table}'))  # noqa: S608
            assert not [secret for secret in secrets if secret in texts], f"{table}.{name}"
