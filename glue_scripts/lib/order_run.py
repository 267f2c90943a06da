"""One run of order_etl: finds out which event dates have changed, computes them, publishes both tables.

Lines are published before their orders, as they are received: whoever finds an order finds its lines. What was made of
which objects is recorded after both, so a run that was cut off between the two is done again, with the same rows.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from pyspark.sql import SparkSession

from lib.objects import Objects
from lib.order_rows import OrderRows, Outcome, Resolved
from lib.order_rows import set_aside as set_aside_conflicts
from lib.order_sources import (
    ERP,
    STREAM,
    OrderSources,
    days_of,
    days_without_source,
    erp,
    inputs,
    near,
    order_sources,
    partitions_of,
)
from lib.processed import Processed
from lib.published_table import PublishedTable, Run
from lib.quality import audit_of
from lib.unreadable import READ_ERRORS, refuse_too_many, set_aside


@dataclass(frozen=True, kw_only=True)
class OrderRun:
    """What a run works with. ``dates`` None: whatever has changed.

    ``window_days``: how far apart two event dates are in which one event_id is still one event.
    """

    spark: SparkSession
    run: Run
    open_table: Callable[[str], PublishedTable]
    silver: Objects
    quarantine: Objects
    window_days: int
    max_unreadable_percent: int
    dates: Collection[date] | None = None


@dataclass(frozen=True, kw_only=True)
class OrderStats:
    """What a run did. ``waiting`` are orders of the ERP, ``unreadable`` objects by table."""

    outcome: Outcome = field(default_factory=Outcome)
    orders: int = 0
    order_items: int = 0
    waiting: int = 0
    unreadable: Mapping[str, Sequence[str]] = field(default_factory=dict)
    dates: Sequence[str] = ()

    def line(self, run: Run) -> dict[str, Any]:
        """As it is printed: one JSON object, flat."""
        stats = asdict(self)
        return {"job": run.job, "run_id": run.run_id, **stats.pop("outcome"), **stats}


def bring_up_to_date(this: OrderRun) -> OrderStats:
    """Publishes the event dates that were asked for or whose input has changed, and those that they change."""
    try:
        with ExitStack() as kept:
            return _run(this, kept, look_first=False)
    except READ_ERRORS:
        # An object cannot be read, or was replaced since it was listed: everything is listed anew, and looked at.
        with ExitStack() as kept:
            return _run(this, kept, look_first=True)


def _run(this: OrderRun, kept: ExitStack, *, look_first: bool) -> OrderStats:
    # Opened before anything is listed: what another run publishes from now on lets this one fail.
    items_table, orders_table = this.open_table("order_items"), this.open_table("orders")
    sources = order_sources(this.silver)
    if look_first:
        sources = sources.examined(this.spark, (), tables=ERP)
    from_erp = erp(this.spark, sources, orders_table.contract, items_table.contract, kept)
    made_of = inputs(this.silver, sources, from_erp)
    processed = Processed(this.silver, job=this.run.job, contract=orders_table.contract)
    vacated = days_without_source(this.spark, orders_table, made_of)
    changed = days_of(processed.changed(made_of)) if this.dates is None else days_of(made_of) & set(this.dates)
    changed |= vacated
    if look_first:
        around = near(changed, window_days=2 * this.window_days)
        sources = sources.examined(this.spark, changed | around, tables=STREAM)
    rows = OrderRows(
        spark=this.spark, sources=sources, erp=from_erp, known=days_of(made_of), window_days=this.window_days
    )
    touched = rows.touched(changed)
    days = changed | touched
    unreadable = _set_aside(this, sources, days)
    stats = OrderStats()
    if days:
        with rows.resolved(days, alone=not touched) as result:
            stats = _publish(this, result, days, items_table, orders_table)
    processed.record({partition: made_of.get(partition, ()) for partition in partitions_of(days)})
    waiting = from_erp.waiting() if from_erp else 0
    return replace(stats, waiting=waiting, unreadable=unreadable, dates=[day.isoformat() for day in sorted(days)])


def _set_aside(this: OrderRun, sources: OrderSources, days: Collection[date]) -> dict[str, list[str]]:
    """Copies what cannot be read to quarantine; TooManyUnreadableError if it is too much to go on without."""
    faults = sources.faults(days)
    for table, found in faults.items():
        for stored in found:
            set_aside(this.quarantine, this.silver, stored, sources.tables[table].unreadable[stored.key])
    for table, found in faults.items():
        refuse_too_many(len(found), of=sources.needed(table, days), percent=this.max_unreadable_percent, table=table)
    return {table: [stored.key for stored in found] for table, found in faults.items()}


def _publish(
    this: OrderRun, result: Resolved, days: Collection[date], items_table: PublishedTable, orders_table: PublishedTable
) -> OrderStats:
    partitions = partitions_of(days)
    # First what is set aside: a reader who misses a record finds it there.
    conflicts, fresh = set_aside_conflicts(result.conflicts, this.quarantine, this.run)
    items = items_table.publish(result.items, partitions=partitions, run=this.run, audit=audit_of(items_table.contract))
    orders = orders_table.publish(
        result.orders, partitions=partitions, run=this.run, audit=audit_of(orders_table.contract)
    )
    repeats = result.outcome.records - conflicts - orders.rows
    found = replace(result.outcome, repeats=repeats, conflicts=conflicts, set_aside=fresh)
    return OrderStats(outcome=found, orders=orders.rows, order_items=items.rows)
