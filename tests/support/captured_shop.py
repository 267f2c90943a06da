"""A real database changed at random while it is captured, and the files that come of it, in a folder."""

import io
import shutil
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from config.shop_databases import RECORDS, RENTALS
from config.table_mappings import COMMIT_TS, table_mappings
from lib.captured_table import CapturedTable
from local.change_capture.capture_process import CaptureProcess
from local.change_capture.capture_task import CaptureTask
from local.change_capture.full_load import snapshot
from local.change_capture.row_file import Row, parquet
from local.embedded_aws import REGION, EmbeddedAws
from local.lambda_service.aws_clients import aws_client
from local.shop_database import ShopDatabase
from local.shop_database.random_changes import make_changes
from shared.tokens import Tokens
from tests.support.captured_rows import KEY

SCHEMAS = ("Chinook", "sakila")
# A film's change makes one more by a trigger.
UNCOUNTED = ("sakila.film", "sakila.film_text")


@dataclass(frozen=True, kw_only=True)
class CapturedShop:
    """All files that came to bronze, below ``folder``, and the task that brought them."""

    database: ShopDatabase
    folder: Path
    task: CaptureTask

    def files(self) -> list[Path]:
        return sorted(self.folder.rglob("*.parquet"))

    def deliver(self, files: Sequence[Path], to: Path, *, again: bool = False) -> None:
        """Copies some into a bucket that is a folder; ``again`` under other names, as if they came twice."""
        for file in files:
            place = to / file.relative_to(self.folder)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place.with_stem(f"{place.stem}-again") if again else place)

    def numbers(self, table: CapturedTable) -> set[str]:
        """Those of all changes to a table."""
        files = (self.folder / "cdc" / table.folder).rglob("*.parquet")
        found = (pq.read_table(file, columns=["_change_seq"]).column(0).to_pylist() for file in files)
        return {number for numbers in found for number in numbers} - {None}

    def rows(self, table: CapturedTable) -> Counter[tuple[Any, ...]]:
        """The source's rows as they are now, personal columns by their tokens; made without Spark."""
        tokens = {name: Tokens(KEY).of(kind) for name, kind in table.kinds.items()}
        with closing(self.database.connect()) as connection:
            view = snapshot(connection)
            (shape,) = [each for each in view.tables(self.task.rules) if f"{each.schema}.{each.name}" == table.source]
            rows = [Row(operation="I", values=row, commit_time="") for some in view.rows(shape) for row in some]
        file = pq.read_table(io.BytesIO(parquet(self.task, shape, rows)))
        columns = []
        for name in table.names:
            values = file.column(table.sources[name]).to_pylist()
            columns.append([(v and tokens[name](v)) or None for v in values] if name in tokens else values)
        return Counter(zip(*columns, strict=True))


def capture(database: ShopDatabase, aws: EmbeddedAws, work_dir: Path, folder: Path, *, changes: int) -> CapturedShop:
    """Changes race with the full load, and ``changes`` more come after it."""
    s3 = aws_client("s3", endpoint=aws.endpoint)
    s3.create_bucket(Bucket="bronze", CreateBucketConfiguration={"LocationConstraint": REGION})
    mappings = table_mappings([RENTALS, RECORDS])
    task = CaptureTask(mappings=mappings, bucket="bronze", folder="cdc", commit_column=COMMIT_TS)
    process = CaptureProcess(
        work_dir=work_dir,
        endpoint=aws.endpoint,
        instance_id=aws.instance_id,
        task=task,
        login=database.login("change_capture"),
    )
    with process:
        make_changes(database, SCHEMAS, 1_000, seed=7, without=UNCOUNTED)
        make_changes(database, SCHEMAS, changes, without=UNCOUNTED)
        process.wait_until(database.log_position())
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket="bronze"):
        for each in page["Contents"]:
            (folder / each["Key"]).parent.mkdir(parents=True, exist_ok=True)
            s3.download_file("bronze", each["Key"], str(folder / each["Key"]))
    return CapturedShop(database=database, folder=folder, task=task)
