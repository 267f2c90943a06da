"""What a published table promises, in both of its formats."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812

from lib.published_table import PublishConflictError, PublishedTable, QualityError
from lib.quality import Verdict
from tests.support.sales_table import APRIL, MARCH, fails, passes, rows_of, run, sale, stored

Open = Callable[[], PublishedTable]


def test_a_table_never_published_is_empty_with_the_contracts_schema(open_sales: Open, spark: SparkSession) -> None:
    table = open_sales()
    assert dict(table.partitions()) == {}
    assert table.read(spark).schema == table.contract.schema
    assert stored(table.read(spark)) == []


def test_what_was_published_is_read_again(open_sales: Open, spark: SparkSession) -> None:
    rows = [sale(1), sale(2), sale(3, APRIL, units=None)]
    receipt = open_sales().publish(rows_of(spark, rows), partitions=None, run=run(), audit=passes)
    table = open_sales()
    assert stored(table.read(spark)) == rows
    assert table.read(spark).schema == table.contract.schema
    assert table.partitions() == receipt.replaced == {MARCH: 2, APRIL: 1}
    assert receipt.rows == 3


def test_a_partition_is_replaced_and_the_others_stay(open_sales: Open, spark: SparkSession) -> None:
    open_sales().publish(rows_of(spark, [sale(1), sale(2), sale(3, APRIL)]), partitions=None, run=run(1), audit=passes)
    open_sales().publish(rows_of(spark, [sale(9)]), partitions=[MARCH], run=run(2), audit=passes)
    assert stored(open_sales().read(spark)) == [sale(3, APRIL), sale(9)]
    assert open_sales().partitions() == {MARCH: 1, APRIL: 1}


def test_only_the_partitions_asked_for_are_read(open_sales: Open, spark: SparkSession) -> None:
    open_sales().publish(rows_of(spark, [sale(1), sale(3, APRIL)]), partitions=None, run=run(), audit=passes)
    assert stored(open_sales().read(spark, [APRIL])) == [sale(3, APRIL)]
    assert stored(open_sales().read(spark, [])) == []


def test_a_partition_without_rows_becomes_empty(open_sales: Open, spark: SparkSession) -> None:
    open_sales().publish(rows_of(spark, [sale(1), sale(3, APRIL)]), partitions=None, run=run(1), audit=passes)
    receipt = open_sales().publish(rows_of(spark, []), partitions=[MARCH, (1999, 1)], run=run(2), audit=passes)
    assert (receipt.emptied, receipt.rows) == ((MARCH,), 0)
    assert stored(open_sales().read(spark)) == [sale(3, APRIL)]
    assert open_sales().partitions() == {APRIL: 1}


def test_no_rows_and_no_partitions_publish_nothing(open_sales: Open, spark: SparkSession) -> None:
    first = open_sales().publish(rows_of(spark, [sale(1)]), partitions=None, run=run(1), audit=passes)
    nothing = open_sales().publish(rows_of(spark, []), partitions=None, run=run(2), audit=passes)
    assert nothing.version == first.version
    assert stored(open_sales().read(spark)) == [sale(1)]


def test_the_same_run_again_leaves_the_same_rows(open_sales: Open, spark: SparkSession) -> None:
    rows = [sale(1), sale(2), sale(3, APRIL)]
    for number in (1, 2):
        open_sales().publish(rows_of(spark, rows), partitions=None, run=run(number), audit=passes)
    assert stored(open_sales().read(spark)) == rows


def test_rows_that_fail_their_audit_change_nothing(open_sales: Open, spark: SparkSession) -> None:
    open_sales().publish(rows_of(spark, [sale(1)]), partitions=None, run=run(1), audit=passes)
    with pytest.raises(QualityError, match=r"sales: 1 rules failed: IsUnique \"sale_id\""):
        open_sales().publish(rows_of(spark, [sale(2)]), partitions=[MARCH], run=run(2), audit=fails)
    assert stored(open_sales().read(spark)) == [sale(1)]


def test_a_run_goes_on_after_one_that_failed_its_audit(open_sales: Open, spark: SparkSession) -> None:
    with pytest.raises(QualityError):
        open_sales().publish(rows_of(spark, [sale(2)]), partitions=[MARCH], run=run(1), audit=fails)
    open_sales().publish(rows_of(spark, [sale(3)]), partitions=[MARCH], run=run(2), audit=passes)
    assert stored(open_sales().read(spark)) == [sale(3)]


def test_the_audit_sees_the_rows_that_would_be_published_and_no_others(open_sales: Open, spark: SparkSession) -> None:
    seen = []

    def look(rows: DataFrame) -> Verdict:
        seen.extend(stored(rows))
        return passes(rows)

    open_sales().publish(rows_of(spark, [sale(1), sale(3, APRIL)]), partitions=None, run=run(1), audit=passes)
    open_sales().publish(rows_of(spark, [sale(9)]), partitions=[MARCH], run=run(2), audit=look)
    assert seen == [sale(9)]


def test_of_two_runs_at_once_the_second_is_refused(open_sales: Open, spark: SparkSession) -> None:
    first, second = open_sales(), open_sales()
    first.publish(rows_of(spark, [sale(1)]), partitions=[MARCH], run=run(1), audit=passes)
    with pytest.raises(PublishConflictError, match=r"sales: another run published .*; run sales_etl again"):
        second.publish(rows_of(spark, [sale(2)]), partitions=[MARCH], run=run(2), audit=passes)
    assert stored(open_sales().read(spark)) == [sale(1)]
    again = open_sales()
    again.publish(rows_of(spark, [sale(2)]), partitions=[MARCH], run=run(3), audit=passes)
    assert stored(open_sales().read(spark)) == [sale(2)]


def test_a_run_that_is_overtaken_while_it_is_audited_is_refused(open_sales: Open, spark: SparkSession) -> None:
    open_sales().publish(rows_of(spark, [sale(1)]), partitions=[MARCH], run=run(1), audit=passes)

    def overtaken(rows: DataFrame) -> Verdict:
        open_sales().publish(rows_of(spark, [sale(2)]), partitions=[MARCH], run=run(2), audit=passes)
        return passes(rows)

    with pytest.raises(PublishConflictError):
        open_sales().publish(rows_of(spark, [sale(3)]), partitions=[MARCH], run=run(3), audit=overtaken)
    assert stored(open_sales().read(spark)) == [sale(2)]


def test_a_run_reads_the_version_it_began_with(open_sales: Open, spark: SparkSession) -> None:
    open_sales().publish(rows_of(spark, [sale(1)]), partitions=None, run=run(1), audit=passes)
    reader = open_sales()
    open_sales().publish(rows_of(spark, [sale(2)]), partitions=None, run=run(2), audit=passes)
    assert stored(reader.read(spark)) == [sale(1)]


def test_a_run_may_publish_what_it_read_and_changed(open_sales: Open, spark: SparkSession) -> None:
    open_sales().publish(rows_of(spark, [sale(1), sale(3, APRIL)]), partitions=None, run=run(1), audit=passes)
    table = open_sales()
    doubled = table.read(spark, [MARCH]).withColumn("units", (F.col("units") * 2).cast("int"))
    table.publish(doubled.select(*table.contract.schema.names), partitions=[MARCH], run=run(2), audit=passes)
    assert stored(table.read(spark)) == [sale(1, units=2), sale(3, APRIL)]


def test_a_run_may_publish_twice(open_sales: Open, spark: SparkSession) -> None:
    table = open_sales()
    table.publish(rows_of(spark, [sale(1)]), partitions=[MARCH], run=run(), audit=passes)
    table.publish(rows_of(spark, [sale(3, APRIL)]), partitions=[APRIL], run=run(), audit=passes)
    assert stored(open_sales().read(spark)) == [sale(1), sale(3, APRIL)]


def test_rows_outside_the_partitions_asked_for_publish_nothing(open_sales: Open, spark: SparkSession) -> None:
    with pytest.raises(ValueError, match=r"sales: rows of partitions that are not to be replaced: \[\(2026, 4\)\]"):
        open_sales().publish(rows_of(spark, [sale(1), sale(3, APRIL)]), partitions=[MARCH], run=run(), audit=passes)
    assert stored(open_sales().read(spark)) == []


def test_a_row_without_partition_publishes_nothing(open_sales: Open, spark: SparkSession) -> None:
    rows = rows_of(spark, [(*sale(1)[:-1], None)])
    with pytest.raises(ValueError, match=r"a row without month has no partition"):
        open_sales().publish(rows, partitions=None, run=run(), audit=passes)
    assert stored(open_sales().read(spark)) == []


def test_other_columns_than_the_contracts_publish_nothing(open_sales: Open, spark: SparkSession) -> None:
    rows = rows_of(spark, [sale(1)]).withColumn("units", F.col("units").cast("bigint"))
    with pytest.raises(ValueError, match=r"missing \[\('units', 'int'\)\], unknown \[\('units', 'bigint'\)\]"):
        open_sales().publish(rows, partitions=None, run=run(), audit=passes)


def test_many_partitions_are_published_at_once(open_sales: Open, spark: SparkSession) -> None:
    rows = [sale(number, (2000 + number // 12, 1 + number % 12)) for number in range(120)]
    open_sales().publish(rows_of(spark, rows), partitions=None, run=run(), audit=passes)
    table = open_sales()
    assert set(table.partitions().values()) == {1}
    assert stored(table.read(spark)) == sorted(rows, key=repr)


def test_what_a_partition_is_known_by_changes_with_its_rows(open_sales: Open, spark: SparkSession) -> None:
    open_sales().publish(rows_of(spark, [sale(1), sale(3, APRIL)]), partitions=None, run=run(1), audit=passes)
    before = open_sales().versions()
    open_sales().publish(rows_of(spark, [sale(9)]), partitions=[MARCH], run=run(2), audit=passes)
    after = open_sales().versions()
    assert set(before) == set(after) == {MARCH, APRIL}
    assert (before[MARCH] != after[MARCH], before[APRIL] == after[APRIL]) == (True, True)


def test_what_has_expired_goes_once_and_the_last_version_stays(open_sales: Open, spark: SparkSession) -> None:
    for number in (1, 2):
        open_sales().publish(rows_of(spark, [sale(number)]), partitions=[MARCH], run=run(number), audit=passes)
    with pytest.raises(QualityError):
        open_sales().publish(rows_of(spark, [sale(3)]), partitions=[MARCH], run=run(3), audit=fails)
    now = datetime.now(tz=UTC)
    assert open_sales().expire(keep_hours=2, now=now) == 0
    assert open_sales().expire(keep_hours=2, now=now + timedelta(hours=3)) > 0
    assert open_sales().expire(keep_hours=2, now=now + timedelta(hours=3)) == 0
    assert stored(open_sales().read(spark)) == [sale(2)]
