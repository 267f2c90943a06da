"""Does every change of a real database reach bronze, in an order from which the database can be put together again?"""

import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from config.table_mappings import CHANGE_SEQ, COMMIT_TS, CapturedSchema, table_mappings
from local.change_capture import checkpoint
from local.change_capture.capture_process import CaptureError, CaptureProcess
from local.change_capture.capture_task import CaptureTask
from local.change_capture.full_load import snapshot
from local.change_capture.merged import captured, compare
from local.change_capture.table_shape import Table
from local.embedded_aws import REGION, EmbeddedAws, down, up
from local.lake.object_reader import connect
from local.lambda_service.aws_clients import aws_client
from local.report.captured import Difference
from local.shop_database import ShopDatabase, start, stop
from local.shop_database.random_changes import Done, make_changes
from local.shop_database.scripts import load, scripts_in
from local.shop_database.small_shop import load_small_shop

BUCKET = "bronze"
CHANGES = 20_000
REAL = ("Chinook", "sakila")
# Each change of a film changes the other table by a trigger: more rows than were asked for.
UNCOUNTED = ("sakila.film", "sakila.film_text")
KILLS = (0.15, 0.5, 0.8)


@dataclass(frozen=True, kw_only=True)
class Source:
    """A database whose changes are captured."""

    database: ShopDatabase
    capture: CaptureProcess
    lake: duckdb.DuckDBPyConnection

    @property
    def task(self) -> CaptureTask:
        return self.capture.task

    def tables(self) -> list[Table]:
        with closing(self.database.connect()) as connection:
            return snapshot(connection).tables(self.task.rules)

    def differences(self, order: str) -> list[Difference]:
        with closing(self.database.connect()) as connection:
            view = snapshot(connection)
            return compare(self.lake, self.task, view, view.tables(self.task.rules), order=order)

    def captured_changes(self) -> Counter[tuple[str, str]]:
        """How many different changes of each table and kind there are."""
        found: Counter[tuple[str, str]] = Counter()
        for table in self.tables():
            rows = captured(self.task, table)
            query = f"SELECT Op, count(DISTINCT {CHANGE_SEQ}) FROM {rows} GROUP BY Op"  # noqa: S608
            for operation, count in self.lake.execute(query).fetchall():
                found[f"{table.schema}.{table.name}", operation] += count
        return found


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    work_dir = tmp_path_factory.mktemp("capture_aws")
    aws = up(work_dir, companion=None)
    place = {"LocationConstraint": REGION}
    aws_client("s3", endpoint=aws.endpoint).create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
    yield aws
    down(work_dir)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopDatabase]:
    work_dir = tmp_path_factory.mktemp("shop")
    yield start(work_dir)
    stop(work_dir)


def source_of(aws: EmbeddedAws, database: ShopDatabase, work_dir: Path, *schemas: str, folder: str = "cdc") -> Source:
    mappings = table_mappings([CapturedSchema(name=schema) for schema in schemas])
    task = CaptureTask(mappings=mappings, bucket=BUCKET, folder=folder, commit_column=COMMIT_TS)
    capture = CaptureProcess(
        work_dir=work_dir,
        endpoint=aws.endpoint,
        instance_id=aws.instance_id,
        task=task,
        login=database.login("change_capture"),
    )
    return Source(database=database, capture=capture, lake=connect(endpoint=aws.endpoint, region=REGION))


@dataclass(frozen=True, kw_only=True)
class Story:
    """What was done to the real databases, what of it bronze had before, and has now."""

    source: Source
    done: Done
    before: Counter[tuple[str, str]]
    after: Counter[tuple[str, str]]
    killed: int


@pytest.fixture(scope="module")
def story(
    aws: EmbeddedAws, database: ShopDatabase, real_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Story]:
    """Changes race with the full load; then 20,000 more, while the capture is killed and started again."""
    load(database, scripts_in(real_data))
    source = source_of(aws, database, tmp_path_factory.mktemp("capture"), *REAL)
    with source.capture as capture:
        make_changes(database, REAL, 1_000, seed=7, without=UNCOUNTED)
        capture.wait_until(database.log_position())
        before = source.captured_changes()
        killer = Killer(capture, at=[share * CHANGES for share in KILLS])
        done = make_changes(database, REAL, CHANGES, without=UNCOUNTED, on_commit=killer.count)
        capture.wait_until(database.log_position())
        yield Story(
            source=source, done=done, before=before, after=source.captured_changes(), killed=len(KILLS) - len(killer.at)
        )


class Killer:
    """Kills the capture while changes are made, each time a number of them is reached."""

    def __init__(self, capture: CaptureProcess, at: list[float]) -> None:
        self.at, self._capture, self._made = at, capture, 0
        self._lock = threading.Lock()

    def count(self, changes: int) -> None:
        with self._lock:
            self._made += changes
            if self.at and self._made >= self.at[0]:
                self.at.pop(0)
                self._capture.kill()
                self._capture.start()


def test_every_committed_change_is_in_bronze_and_none_that_was_rolled_back(story: Story) -> None:
    asked: Counter[tuple[str, str]] = Counter()
    for (schema, table, kind), count in story.done.rows.items():
        asked[f"{schema}.{table}", "U" if kind == "K" else kind] += count
    assert story.done.rolled_back > 100
    assert asked.total() >= CHANGES
    assert story.after - story.before == asked


def test_merged_by_the_number_of_the_change_bronze_is_the_source(story: Story) -> None:
    assert story.killed == len(KILLS)
    found = story.source.differences(CHANGE_SEQ)
    assert sum(each.rows for each in found) > 40_000
    assert [each for each in found if not each.equal] == []


def test_merged_by_the_time_of_the_commit_it_is_not(story: Story) -> None:
    found = story.source.differences(COMMIT_TS)
    assert sum(each.only_source + each.only_merged for each in found) > 100


def test_each_file_holds_its_changes_in_their_order(story: Story) -> None:
    for table in story.source.tables():
        query = f"""
            SELECT filename, list({CHANGE_SEQ} ORDER BY file_row_number) AS numbers
              FROM {captured(story.source.task, table)} WHERE {CHANGE_SEQ} IS NOT NULL GROUP BY filename"""  # noqa: S608
        for file, numbers in story.source.lake.execute(query).fetchall():
            assert all(len(number) == 35 and number.isdigit() for number in numbers)
            assert numbers == sorted(set(numbers)), file


def test_a_changed_key_says_which_one_it_was(story: Story) -> None:
    (payment,) = [table for table in story.source.tables() if table.name == "payment"]
    query = f"""
        SELECT count(*) FILTER (_old_payment_id <> payment_id), count(*) FILTER (_old_payment_id = payment_id)
          FROM {captured(story.source.task, payment)} WHERE Op = 'U'"""  # noqa: S608
    moved, stayed = story.source.lake.execute(query).fetchall()[0]
    assert moved > 0
    assert stayed > 0


def test_files_are_named_as_dms_names_them(story: Story) -> None:
    keys = aws_client("s3", endpoint=story.source.capture.endpoint).list_objects_v2(
        Bucket=BUCKET, Prefix="cdc/sakila/rental/"
    )
    names = {re.sub(r"\d", "9", each["Key"]) for each in keys["Contents"]}
    day = "cdc/sakila/rental/9999/99/99"
    assert names == {"cdc/sakila/rental/LOAD99999999.parquet", f"{day}/99999999-999999999.parquet"}


@pytest.fixture
def small(aws: EmbeddedAws, database: ShopDatabase, tmp_path: Path) -> Iterator[Source]:
    """The small shop, new for each test, loaded and captured."""
    shop = load_small_shop(database, customers=50)
    source = source_of(aws, database, tmp_path, shop, folder=tmp_path.name)
    with source.capture as capture:
        capture.wait_until(database.log_position())
        yield source


def run(database: ShopDatabase, *statements: str) -> None:
    with database.connect() as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def test_values_of_every_type_and_a_column_added_meanwhile_arrive(small: Source) -> None:
    make_changes(small.database, ["shop"], 300, threads=1)
    run(small.database, "ALTER TABLE shop.customer ADD COLUMN points INT DEFAULT 7")
    run(small.database, "UPDATE shop.customer SET points = 9 WHERE newsletter")
    small.capture.wait_until(small.database.log_position())
    found = {each.table: each for each in small.differences(CHANGE_SEQ)}
    # Rows that nobody has touched since have the default at the source only: the docs say to load the table again.
    assert found["shop.customer"].only_source == found["shop.customer"].only_merged > 0
    assert [name for name, each in found.items() if not each.equal] == ["shop.customer"]


def test_a_table_emptied_at_the_source_stops_the_capture_and_is_not_emptied_here(small: Source) -> None:
    (lines,) = [table for table in small.tables() if table.name == "purchase_line"]
    run(small.database, "UPDATE shop.purchase_line SET quantity = quantity + 1", "TRUNCATE shop.purchase_line")
    position = small.database.log_position()
    with pytest.raises(CaptureError, match=r"shop.purchase_line was emptied \(TRUNCATE\): bronze keeps its rows"):
        small.capture.wait_until(position)
    query = f"SELECT Op, count(*) FROM {captured(small.task, lines)} GROUP BY Op ORDER BY Op"  # noqa: S608
    (loaded, changed) = small.lake.execute(query).fetchall()
    assert (loaded[0], changed[0]) == ("I", "U")
    assert loaded[1] == changed[1] > 0
    # Nor does it go on by being started again.
    small.capture.start()
    with pytest.raises(CaptureError, match="was emptied"):
        small.capture.wait_until(position)
    assert checkpoint.read(small.capture.checkpoint_file).stopped
