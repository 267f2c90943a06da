"""The orders and lines of some event dates, each once: rows as they came go in, what is published comes out."""

from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date

from pyspark.sql import DataFrame, SparkSession

from lib.conflict_rows import PREFIX, conflict_rows, set_aside_rows
from lib.deduplication import (
    DAY,
    IDENTITY,
    beaten_days,
    conflicts,
    first_of_each_day,
    lines_of,
    of_events,
    sent_again,
    totals,
    winners,
    with_all_lines,
)
from lib.kept_rows import keep
from lib.objects import Objects
from lib.order_sources import ErpOrders, OrderSources, days_of, near, only
from lib.published_table import Run
from lib.received import Received
from lib.table_contract import load_contract


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of the rows: ``read == copies + incomplete + repeats + conflicts`` + the orders that are published.

    ``copies`` are rows of a record that lies in several objects, ``incomplete`` records of which a line cannot be read,
    ``repeats`` records that say what an earlier one said. ``set_aside`` are the conflicts that are new in quarantine.
    """

    read: int = 0
    copies: int = 0
    incomplete: int = 0
    repeats: int = 0
    conflicts: int = 0
    set_aside: int = 0

    @property
    def records(self) -> int:
        """Different ones, all of whose lines are there."""
        return self.read - self.copies - self.incomplete


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """``orders`` and ``items`` are those that count; ``conflicts`` None: nothing came under one event_id twice."""

    outcome: Outcome
    orders: DataFrame
    items: DataFrame
    conflicts: DataFrame | None = None


@dataclass(frozen=True, kw_only=True)
class OrderRows:
    """Rows of the stream and of the ERP alike; ``known`` are all event dates there are."""

    spark: SparkSession
    sources: OrderSources
    erp: ErpOrders | None
    known: Collection[date]
    window_days: int

    def orders(self, days: Collection[date]) -> DataFrame:
        """As they came."""
        rows = self.sources.rows(self.spark, "orders", days)
        return rows.unionByName(only(self.erp.orders, days)) if self.erp else rows

    def items(self, days: Collection[date]) -> DataFrame:
        """As they came."""
        rows = self.sources.rows(self.spark, "order_items", days)
        return rows.unionByName(only(self.erp.items, days)) if self.erp else rows

    def complete_orders(self, days: Collection[date]) -> DataFrame:
        """As they came, without those of which a line cannot be read."""
        orders = self.orders(days)
        if "order_items" not in self.sources.faults(days):
            return orders
        return with_all_lines(orders, self.items(days))

    def touched(self, days: Collection[date]) -> set[date]:
        """Other event dates with an event_id of these: of what stands there, another may have come first now."""
        neighbours = self._neighbours(days)
        if not neighbours:
            return set()
        ids = self.complete_orders(days).select("event_id")
        shared = self.complete_orders(neighbours).join(ids, on="event_id", how="left_semi")
        return days_of([tuple(row) for row in shared.select(*DAY).distinct().collect()])

    @contextmanager
    def resolved(self, days: Collection[date], *, alone: bool) -> Iterator[Resolved]:
        """What counts, as long as it is needed. ``alone``: no other event date shares an event_id with these."""
        with ExitStack() as kept:
            orders, items = self.complete_orders(days), self.items(days)
            identities = keep(orders.select(*IDENTITY), kept)
            outcome, some_again = self._outcome(identities, days)
            if alone and not some_again:
                lines = lines_of(first_of_each_day(identities, "event_id"), items)
                yield Resolved(outcome=outcome, orders=first_of_each_day(orders, "event_id"), items=lines)
                return
            suspects, everywhere, others = sent_again(identities), identities, None
            if not alone:
                others = keep(self._shared(identities, days), kept)
                suspects = suspects.unionByName(others.select("event_id")).distinct()
                everywhere = identities.unionByName(others)
            suspects = keep(suspects, kept)
            beaten = keep(beaten_days(of_events(everywhere, suspects), window_days=self.window_days), kept)
            lines = lines_of(winners(identities, others, window_days=self.window_days), items)
            yield Resolved(
                outcome=outcome,
                orders=winners(orders, others, window_days=self.window_days),
                items=lines,
                conflicts=keep(conflicts(of_events(orders, suspects), of_events(items, suspects), beaten), kept),
            )

    def _outcome(self, identities: DataFrame, days: Collection[date]) -> tuple[Outcome, bool]:
        """What is to be counted before anything is left out, and whether an event_id came with several records."""
        complete = totals(identities)
        if "order_items" not in self.sources.faults(days):
            return Outcome(read=complete.rows, copies=complete.rows - complete.records), complete.some_again
        came = totals(self.orders(days).select(*IDENTITY))
        return (
            Outcome(read=came.rows, copies=came.rows - came.records, incomplete=came.records - complete.records),
            complete.some_again,
        )

    def _neighbours(self, days: Collection[date]) -> set[date]:
        return near(days, window_days=self.window_days) & set(self.known)

    def _shared(self, identities: DataFrame, days: Collection[date]) -> DataFrame:
        """Rows of other event dates with an event_id of these."""
        others = self.complete_orders(self._neighbours(days)).select(*IDENTITY)
        return others.join(identities.select("event_id"), on="event_id", how="left_semi").select(*IDENTITY)


def set_aside(conflicting: DataFrame | None, quarantine: Objects, run: Run) -> tuple[int, int]:
    """How many records are conflicts, and how many of them are new in quarantine."""
    if conflicting is None:
        return 0, 0
    contract = load_contract("quarantine")
    received = Received(contract=contract, objects=quarantine, folder=PREFIX)
    return conflicting.count(), set_aside_rows(conflict_rows(conflicting, contract), received, run)
