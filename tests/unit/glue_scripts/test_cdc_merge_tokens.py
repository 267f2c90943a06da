"""Are the tokens of captured rows those of the functions, and does their key stay out of whatever is kept?"""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import boto3
import pytest
from botocore.stub import Stubber
from pyspark.sql import SparkSession

import lib.tokens
from lib.tokens import SecretKey, with_tokens
from shared.tokens import NORMAL_FORMS, Tokens
from tests.support.captured_rows import KEY, masking_key

ROOT = Path(__file__).resolve().parents[3]
VALUES = (
    *(
        "a@example.org",
        " A@EXAMPLE.ORG ",
        "\uff41\uff20example.org",
        "",
        "   ",
        "+44 (0)20 7946 0000",
        "0044207946",
        "no digits",
    ),
    *("Łódź  Straße", "ŁÓDŹ STRASSE", "東京", "🔔", "O'Neil", "\u0000", "10.0.0.1", "x" * 5_000),
)


def test_every_kind_of_value_has_the_functions_token(spark: SparkSession) -> None:
    values = [(number, *[value] * len(NORMAL_FORMS)) for number, value in enumerate((*VALUES, None))]
    kinds = {f"{kind}_token": kind for kind in NORMAL_FORMS}
    rows = spark.createDataFrame(values, f"id int, {', '.join(f'{name} string' for name in kinds)}")
    masked = with_tokens(rows, kinds, masking_key)
    assert masked.schema == rows.schema
    tokens = Tokens(KEY)
    for row in masked.collect():
        value = (*VALUES, None)[row.id]
        expected = {name: None if value is None else tokens.of(kind)(value) for name, kind in kinds.items()}
        assert {name: row[name] for name in kinds} == expected


def test_a_table_without_personal_columns_takes_no_way_through_python(spark: SparkSession) -> None:
    rows = spark.range(3)
    assert with_tokens(rows, {}, masking_key) is rows


def test_the_code_that_makes_tokens_is_the_functions_own() -> None:
    assert vars(lib.tokens)[Tokens.__name__] is Tokens
    assert Path(sys.modules[Tokens.__module__].__file__ or "") == ROOT / "lambda_src" / "shared" / "tokens.py"


def test_a_worker_fetches_the_key_by_its_secret_once(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = boto3.client("secretsmanager", region_name="eu-west-1")
    monkeypatch.setattr(boto3, "client", lambda *_, **__: secrets)
    with Stubber(secrets) as stub:
        stub.add_response("get_secret_value", {"SecretString": KEY.decode()}, {"SecretId": "masking-key"})
        fetched = SecretKey(secret="masking-key", region="eu-west-1")
        assert (fetched(), fetched()) == (KEY, KEY)
    assert KEY.decode() not in repr(fetched)


# With a log of events, as Glue keeps one; in a process of its own, since a session cannot be given one later.
PROGRAM = """
import sys
from lib.common import spark_session
from lib.tokens import with_tokens
from tests.unit.glue_scripts.test_cdc_merge_tokens import key_in_file
spark = spark_session("tokens")
rows = with_tokens(spark.createDataFrame([("a@example.org",)], "mail string"), {"mail": "email"}, key_in_file)
rows.explain("extended")
rows.write.parquet(sys.argv[1])
spark.stop()
"""


def key_in_file() -> bytes:
    """Fetched in the worker, as that of a secret."""
    return Path(os.environ["TEST_KEY_FILE"]).read_bytes()


def test_the_key_stands_in_no_plan_no_log_and_no_log_of_events(spark: SparkSession, tmp_path: Path) -> None:
    del spark  # its JAVA_HOME is what makes this run
    (tmp_path / "key").write_bytes(KEY)
    (tmp_path / "events").mkdir()
    logged = {"eventLog.enabled": "true", "eventLog.dir": str(tmp_path / "events"), "ui.enabled": "false"}
    local = {"driver.host": "127.0.0.1", "driver.bindAddress": "127.0.0.1", "driver.memory": "512m"}
    settings = " ".join(f"--conf spark.{name}={value}" for name, value in (logged | local).items())
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "rows")],
        cwd=ROOT,
        env=os.environ
        | {
            "PYSPARK_SUBMIT_ARGS": f"--master local[1] {settings} pyspark-shell",
            "PYTHONPATH": os.pathsep.join(path for path in (str(ROOT), *sys.path) if path),
            "TEST_KEY_FILE": str(tmp_path / "key"),
        },
        capture_output=True,
        check=True,
    )
    kept = [done.stdout, done.stderr, *(path.read_bytes() for path in (tmp_path / "events").iterdir())]
    assert b"MapInArrow" in done.stdout
    assert len(kept) > 2
    assert not [text for text in kept for form in forms(KEY) if form in text]


def forms(value: bytes) -> Iterable[bytes]:
    return (value, value.hex().encode(), repr(value).encode())
