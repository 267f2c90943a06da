"""gold_etl: what a run makes again, what it leaves, and what it does when something cannot be published."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812

from lib.gold_tables import GOLD_TABLES, GoldTable
from lib.metrics import CONFLICTS, QUALITY_FAILED, ROWS_PUBLISHED
from lib.published_table import PublishConflictError
from lib.table_contract import load_contract
from tests.support.gold_world import GoldWorld, OrderEvent, frame, orders

DAILY, PRODUCTS, FACTS = GOLD_TABLES[:3]
JANUARY, FEBRUARY = (2011, 1), (2011, 2)
IN_FEBRUARY = "2011-02-10T09:00:00"


@pytest.fixture
def world(spark: SparkSession, tmp_path: Path) -> GoldWorld:
    """An order of January and one of February, and the tables made of them by month."""
    world = GoldWorld(spark=spark, folder=tmp_path)
    world.publish_orders(OrderEvent(order_id="1"), OrderEvent(order_id="2", at=IN_FEBRUARY))
    return world


@pytest.mark.parametrize("table", GOLD_TABLES, ids=lambda table: table.name)
def test_the_columns_are_the_contracts(spark: SparkSession, table: GoldTable) -> None:
    rows = table.rows(*(frame(spark, name, []) for name in table.inputs))
    wanted = load_contract(table.name).schema
    assert [(c.name, c.dataType) for c in rows.schema] == [(c.name, c.dataType) for c in wanted]


def test_a_day_that_changes_makes_its_month_again_and_no_other(world: GoldWorld) -> None:
    world.run(tables=(DAILY,))
    before = world.table(DAILY.name).versions()
    world.publish_orders(OrderEvent(order_id="3", at=IN_FEBRUARY), OrderEvent(order_id="2", at=IN_FEBRUARY))
    world.run(tables=(DAILY,))
    after = world.table(DAILY.name).versions()
    assert after[JANUARY] == before[JANUARY]
    assert after[FEBRUARY] != before[FEBRUARY]
    assert [row["orders"] for row in world.rows(DAILY.name)] == [1, 2]


def test_a_cancellation_changes_the_month_of_its_order(world: GoldWorld) -> None:
    world.run(tables=(FACTS,))
    before = world.table(FACTS.name).versions()
    back = OrderEvent(
        order_id="1", event_type="order_cancelled", at="2011-03-01T09:00:00", lines=[("85123A", -6, "2.55")]
    )
    world.publish_orders(back)
    world.run(tables=(FACTS,))
    after = world.table(FACTS.name).versions()
    assert (after[JANUARY] != before[JANUARY], after[FEBRUARY] == before[FEBRUARY]) == (True, True)
    assert {row["order_id"]: row["status"] for row in world.rows(FACTS.name)} == {"1": "cancelled", "2": "placed"}


def test_a_month_that_loses_its_last_order_loses_its_rows(world: GoldWorld) -> None:
    world.run(tables=(DAILY,))
    silver = world.table("orders")
    gone = orders(world.spark)
    world.publish("orders", gone, partitions=[day for day in silver.partitions() if day[:2] == FEBRUARY])
    world.run(tables=(DAILY,))
    assert set(world.table(DAILY.name).partitions()) == {JANUARY}


def test_what_comes_out_as_it_was_is_not_published_again(world: GoldWorld) -> None:
    world.run(tables=(DAILY, FACTS))
    before = [world.table(table.name).versions() for table in (DAILY, FACTS)]
    # As compaction does: the same rows in another place.
    world.publish_orders(OrderEvent(order_id="1"), OrderEvent(order_id="2", at=IN_FEBRUARY))
    world.run(tables=(DAILY, FACTS))
    assert [world.table(table.name).versions() for table in (DAILY, FACTS)] == before


def test_dates_make_their_month_again_although_nothing_changed(world: GoldWorld) -> None:
    seen: list[int] = []

    def watched(rows: DataFrame) -> DataFrame:
        seen.append(rows.count())
        return DAILY.rows(rows)

    table = replace(DAILY, rows=watched)
    world.run(tables=(table,))
    world.run(tables=(table,))
    world.run(tables=(table,), dates=[date(2011, 2, 1)])
    assert seen == [2, 1]


def test_a_run_that_was_cut_off_before_its_record_is_done_again(world: GoldWorld) -> None:
    world.run(tables=(DAILY,))
    gold = world.objects("gold")
    gold.delete([found.key for found in gold.listed("_processed/")])
    world.publish_orders(OrderEvent(order_id="1", lines=[("85123A", 1, "2.55")]))
    world.run(tables=(DAILY,))
    assert [row["net_revenue"] for row in world.rows(DAILY.name)] == [Decimal("2.5500"), Decimal("15.3000")]
    assert gold.listed("_processed/")


def test_a_table_that_cannot_be_published_does_not_keep_the_others_from_it(world: GoldWorld) -> None:
    def met(_: DataFrame) -> DataFrame:
        raise PublishConflictError("another run published")

    def bad(items: DataFrame) -> DataFrame:
        return PRODUCTS.rows(items).withColumn("orders", F.lit(-1).cast("bigint"))

    with pytest.raises(ExceptionGroup, match="2 of 3 tables were not published"):
        world.run(tables=(replace(DAILY, rows=met), replace(PRODUCTS, rows=bad), FACTS))
    assert world.told == [
        (DAILY.name, {CONFLICTS: 1}),
        (PRODUCTS.name, {QUALITY_FAILED: 1}),
        (FACTS.name, {ROWS_PUBLISHED: 2}),
    ]
    assert world.rows(PRODUCTS.name) == []


def test_an_empty_lake_makes_empty_tables(spark: SparkSession, tmp_path: Path) -> None:
    world = GoldWorld(spark=spark, folder=tmp_path)
    world.run()
    assert {name for name, values in world.told if values == {ROWS_PUBLISHED: 0}} == {t.name for t in GOLD_TABLES}
