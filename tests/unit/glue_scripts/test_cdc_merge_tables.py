"""Does a table that stops leave the others alone, and does somebody hear of it?"""

from collections.abc import Callable

import pytest

import cdc_merge
from lib.change_run import ChangesRefusedError, Merged
from lib.metrics import CDC_STOPPED, CONFLICTS, ROWS_PUBLISHED
from lib.objects import StoredObject
from lib.published_table import PublishConflictError
from tests.support.captured_rows import THING

Told = list[tuple[str, dict[str, int]]]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    told: Told = []
    monkeypatch.setattr(cdc_merge, "put_metrics", lambda _job, table, values: told.append((table, values)))
    return told


class Merges:
    """A run whose tables fare as they are told to."""

    def __init__(self, *fates: Callable[[], Merged | None]) -> None:
        self.fates = list(fates)

    def merge(self, _table: object) -> Merged | None:
        return self.fates.pop(0)()


def fails(error: Exception) -> Callable[[], None]:
    def fate() -> None:
        raise error

    return fate


def test_tables_that_cannot_be_merged_stop_alone(told: Told, capsys: pytest.CaptureFixture[str]) -> None:
    fates = [
        fails(ChangesRefusedError("shop.Thing: column Points is not in the contract")),
        fails(PublishConflictError("another run")),
        fails(ConnectionError("with a row in it")),
        lambda: Merged(changes=3, rows=7, unknown_deletions=1),
        lambda: None,
    ]
    problems = [cdc_merge.merge_one(Merges(fate), THING) for fate in fates]  # type: ignore[arg-type]
    assert problems[:2] == ["shop.Thing: column Points is not in the contract", "another run"]
    assert problems[2:] == ["shop.Thing: ConnectionError", None, None]
    metrics = [values for _table, values in told]
    assert metrics == [{CDC_STOPPED: 1}, {CONFLICTS: 1}, {ROWS_PUBLISHED: 7}, {ROWS_PUBLISHED: 0}]
    assert '"unknown_deletions": 1' in capsys.readouterr().out


def test_all_tables_are_tried_whatever_becomes_of_the_first(told: Told) -> None:
    run = Merges(fails(ChangesRefusedError("emptied")), lambda: Merged(rows=1), lambda: Merged(rows=2))
    assert cdc_merge.merge_all(run, [THING] * 3) == ["emptied"]  # type: ignore[arg-type]
    assert sum(values.get(ROWS_PUBLISHED, 0) for _table, values in told) == 3


class Listed:
    def listed(self, prefix: str) -> list[StoredObject]:
        tables = ("sakila/actor", "sakila/new_table", "other/table")
        return [StoredObject(key=f"{prefix}{table}/LOAD00000001.parquet", size=1, etag="e") for table in tables]


def test_a_table_that_came_to_the_source_without_a_contract_is_found() -> None:
    folders = cdc_merge.captured_folders(Listed(), "cdc")  # type: ignore[arg-type]
    assert cdc_merge.tables_without_contract(folders, ["sakila"], {"sakila/actor"}) == ["sakila/new_table"]


def test_a_database_that_no_source_names_is_said_and_passed_over() -> None:
    folders = cdc_merge.captured_folders(Listed(), "cdc")  # type: ignore[arg-type]
    assert folders == ["other/table", "sakila/actor", "sakila/new_table"]
    assert cdc_merge.strange_databases(folders, ["sakila"]) == ["other"]


def test_a_table_without_contract_fails_the_run_until_somebody_accepts_it_and_is_told_each_time(told: Told) -> None:
    strangers = ["sakila/film_log", "sakila/new_table"]
    assert cdc_merge.refused(strangers, ["sakila/film_log"]) == [
        "sakila/new_table has no contract in contracts/captured"
    ]
    assert told == [("sakila/film_log", {CDC_STOPPED: 0}), ("sakila/new_table", {CDC_STOPPED: 1})]
