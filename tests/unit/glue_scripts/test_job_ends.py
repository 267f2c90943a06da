"""What jobs tell CloudWatch at their end, the good one and the others."""

from collections.abc import Callable
from types import ModuleType
from typing import Any, NoReturn

import pytest

import compact
import crm_etl
import order_etl
from lib.metrics import CONFLICTS, QUALITY_FAILED, ROWS_PUBLISHED
from lib.published_table import PublishConflictError, QualityError
from lib.quality import RuleResult, Verdict
from lib.table_contract import load_contract

Told = list[tuple[str, str, dict[str, int]]]
ARGUMENTS = {
    "table_format": "parquet",
    "repeat_window_days": "7",
    "max_unreadable_percent": "1",
    "target_mb": "128",
    "closed_after_hours": "48",
    "keep_versions_hours": "48",
}
BROKEN = Verdict(results=(RuleResult(rule="RowCount > 9", passed=False, reason="4"),))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    told: Told = []
    for job in (order_etl, crm_etl, compact):
        monkeypatch.setattr(job, "put_metrics", lambda *call: told.append(call))
        monkeypatch.setattr(job, "spark_session", lambda _: None)
    for job in (order_etl, crm_etl):
        monkeypatch.setattr(job, "S3Objects", lambda bucket: bucket)
    monkeypatch.setattr(compact, "S3CopyingObjects", lambda bucket: bucket)
    return told


def argv(job: ModuleType) -> list[str]:
    return [word for name in job.ARGUMENTS for word in (f"--{name}", ARGUMENTS.get(name, name))]


def raises(error: Exception) -> Callable[[object], NoReturn]:
    def bring_up_to_date(_: object) -> NoReturn:
        raise error

    return bring_up_to_date


@pytest.mark.parametrize(("job", "table"), [(order_etl, "order_items"), (crm_etl, "customers")])
def test_a_rule_that_failed_is_told_of_its_table_and_fails_the_job(
    job: Any, table: str, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "bring_up_to_date", raises(QualityError(table, BROKEN, details="they lie there")))
    with pytest.raises(QualityError, match="RowCount > 9"):
        job.main(argv(job))
    assert told == [(job.JOB, table, {QUALITY_FAILED: 1})]


@pytest.mark.parametrize(("job", "table"), [(order_etl, "orders"), (crm_etl, "customers")])
def test_a_run_that_was_overtaken_is_told_and_fails(
    job: Any, table: str, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "bring_up_to_date", raises(PublishConflictError("another run published")))
    with pytest.raises(PublishConflictError):
        job.main(argv(job))
    assert told == [(job.JOB, table, {CONFLICTS: 1})]


def test_compaction_tells_of_each_table_how_many_rows_and_0_if_none(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = {"order_items": 14}
    monkeypatch.setattr(
        compact,
        "compact_table",
        lambda this: compact.Compacted(
            table=this.contract.name, before=9, after=1, rows=rows.get(this.contract.name, 0)
        ),
    )
    monkeypatch.setattr(compact, "_expire", lambda *_: 0)
    compact.main(argv(compact))
    assert told == [
        ("compact", table, {ROWS_PUBLISHED: rows.get(table, 0)})
        for table in ("clickstream", "order_items", "orders", "web_requests")
    ]


def test_a_table_of_iceberg_that_nobody_has_opened_is_not_made_to_expire(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders, opened = load_contract("orders"), list[str]()
    monkeypatch.setattr(compact, "shipped_contracts", lambda: [orders])
    monkeypatch.setattr(compact, "is_hourly", lambda _: False)
    monkeypatch.setattr(compact, "is_there", lambda _spark, _database, name: name in opened)
    monkeypatch.setattr(compact, "open_table", lambda _settings, name, _spark: opened.append(name))
    compact.main([*argv(compact), "--table_format", "iceberg"])
    assert (opened, told) == ([], [])
