"""A shop's CSV files all the way to gold, in folders: its events, the etl_processor's code, order_etl and gold_etl."""

import json
import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
from pyspark.sql import SparkSession

from local.report.gold import DaySales, Key, found_daily_sales
from local.shop.online_retail import read_events
from tests.support.gold_world import GoldWorld
from tests.support.received_orders import ReceivedOrders
from tests.unit.etl_processor.etl_events import entry

FIRST_ARRIVAL = datetime(2011, 7, 1, tzinfo=UTC)


def events_by_day(csv_folder: Path, days: Sequence[date] | None = None) -> dict[date, list[bytes]]:
    """All events of the files, by the day they happened on."""
    found: dict[date, list[bytes]] = defaultdict(list)
    for record in read_events(csv_folder, days):
        happened: str = json.loads(record.data)["occurred_at"]
        found[date.fromisoformat(happened[:10])].append(record.data)
    return dict(found)


@dataclass(kw_only=True)
class RealGold:
    """A lake of its own below ``folder``."""

    spark: SparkSession
    folder: Path
    records: int = 0
    batches: int = 0
    received: ReceivedOrders = field(init=False)
    gold: GoldWorld = field(init=False)

    def __post_init__(self) -> None:
        self.received = ReceivedOrders(spark=self.spark, folder=self.folder)
        self.gold = GoldWorld(spark=self.spark, folder=self.folder)

    def deliver(self, batches: Iterable[Sequence[bytes]]) -> None:
        """Batch by batch, each an hour after the one before."""
        for batch in batches:
            arrival = (FIRST_ARRIVAL + timedelta(hours=self.batches)).timestamp()
            self.received.deliver(
                [entry(data, self.records + place, arrival=arrival) for place, data in enumerate(batch)]
            )
            self.records, self.batches = self.records + len(batch), self.batches + 1

    def run(self) -> None:
        """Both jobs."""
        self.received.run()
        self.gold.run()

    def daily_sales(self) -> dict[Key, DaySales]:
        rows = self.gold.table("daily_sales").read(self.spark).toPandas()
        with duckdb.connect() as connection:
            connection.register("rows", rows)
            # Pandas has no dates, and amounts as objects.
            connection.execute(
                "CREATE TABLE daily_sales AS SELECT * REPLACE (CAST(sale_date AS DATE) AS sale_date, "
                "CAST(net_revenue AS DECIMAL(28, 4)) AS net_revenue) FROM rows"
            )
            return found_daily_sales(connection)


@dataclass(frozen=True, kw_only=True)
class TwoDeliveries:
    """A lake after half of each day's events came, and then all of them: half of them a second time.

    ``silver_before`` is silver between the two; ``gold_before`` and ``gold_after`` are the digests of gold's tables.
    """

    lake: RealGold
    events: Mapping[date, Sequence[bytes]]
    silver_before: Path
    gold_before: Mapping[str, str]
    gold_after: Mapping[str, str]

    @property
    def silver_after(self) -> Path:
        return self.lake.folder / "silver"


def two_deliveries(spark: SparkSession, csv_folder: Path, folder: Path) -> TwoDeliveries:
    """Both jobs run after each of the deliveries."""
    events = events_by_day(csv_folder)
    lake = RealGold(spark=spark, folder=folder / "lake")
    lake.deliver([events[day][: len(events[day]) // 2] for day in sorted(events)])
    lake.run()
    before = lake.gold.digests()
    silver_before = shutil.copytree(lake.folder / "silver", folder / "silver_before")
    lake.deliver([events[day] for day in sorted(events)])
    lake.run()
    after = lake.gold.digests()
    return TwoDeliveries(lake=lake, events=events, silver_before=silver_before, gold_before=before, gold_after=after)
