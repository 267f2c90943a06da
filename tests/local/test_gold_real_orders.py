"""All real orders on their way from the CSV files to gold: every sum is that of the files, whatever way they came."""

import random
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from local.report.gold import differences, expected_daily_sales, totals
from tests.support.real_gold import RealGold, TwoDeliveries

NET_REVENUE = Decimal("3706827.641")
INVOICES, CANCELLED = 10_783, 1_677
# Each of these, summed over its table, is the net revenue of the orders it speaks of.
REVENUE = {"order_facts": "net_amount", "product_performance": "net_revenue"}


@pytest.fixture
def lake(all_orders: TwoDeliveries) -> RealGold:
    return all_orders.lake


def test_every_day_and_country_is_what_the_files_come_to(lake: RealGold, by_day: Path) -> None:
    expected, found = expected_daily_sales(by_day), lake.daily_sales()
    assert differences(expected, found) == []
    assert len(found) == 728
    total = totals(found)["GBP"]
    assert total.net_revenue == NET_REVENUE
    assert (total.orders + total.cancellations, total.cancellations) == (INVOICES, CANCELLED)


@pytest.mark.parametrize("table", REVENUE)
def test_no_penny_is_lost_on_the_way_to_another_table(lake: RealGold, table: str) -> None:
    assert sum(row[REVENUE[table]] for row in lake.gold.rows(table)) == NET_REVENUE


def test_every_invoice_is_a_row_of_order_facts(lake: RealGold) -> None:
    statuses = [row["status"] for row in lake.gold.rows("order_facts")]
    # This shop gives cancellations numbers of their own, which lead to no order.
    assert (len(statuses), statuses.count("cancellation"), statuses.count("placed")) == (INVOICES, CANCELLED, 9_106)


def test_every_customer_with_an_order_has_a_place_in_each_table_of_customers(lake: RealGold) -> None:
    sales = [row for row in lake.gold.rows("customer_sales") if row["orders"]]
    scores = lake.gold.rows("customer_rfm")
    firsts = [row for row in lake.gold.rows("customer_cohorts") if row["months_since"] == 0]
    assert len(sales) == len(scores) == sum(row["cohort_customers"] for row in firsts)
    fifths = [sum(row["monetary_score"] == score for row in scores) for score in range(1, 6)]
    assert max(fifths) - min(fifths) <= 1


def test_running_everything_again_publishes_nothing(lake: RealGold) -> None:
    before = lake.gold.versions()
    lake.run()
    lake.gold.run(dates=[date(2011, 1, 5)])
    assert lake.gold.versions() == before


def test_days_in_any_order_with_runs_in_between_come_to_the_same(all_orders: TwoDeliveries, tmp_path: Path) -> None:
    other = RealGold(spark=all_orders.lake.spark, folder=tmp_path)
    for days in _portions(list(all_orders.events), seed=7):
        other.deliver([all_orders.events[day] for day in days])
        other.run()
    assert other.gold.digests() == all_orders.gold_after


def _portions(days: list[date], *, seed: int) -> list[Sequence[date]]:
    random.Random(seed).shuffle(days)  # noqa: S311
    third = len(days) // 3
    return [days[:third], days[third : 2 * third], days[2 * third :]]
