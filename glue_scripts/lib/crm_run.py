"""One run of crm_etl: everything the CRM ever delivered in, the whole table `customers` out, if anything has changed.

It is built anew from all received rows and their times of arrival: so the order of files and of runs does not matter,
and a second run of the same input publishes the same rows. The CRM's exports are small; what grows is computed by day.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812

from lib.crm_records import SOURCES, records
from lib.customers import history
from lib.identity import customers_of
from lib.objects import Objects, StoredObject
from lib.processed import Processed
from lib.published_table import Partition, PublishedTable, Run
from lib.quality import audit_of
from lib.received import Received
from lib.table_contract import load_contract
from lib.unreadable import READ_ERRORS, examine, refuse_too_many, set_aside

TABLE = "customers"
WHOLE: Partition = (0,)
Listed = Mapping[str, Sequence[StoredObject]]


@dataclass(frozen=True, kw_only=True)
class CrmRun:
    """What a run works with. ``always``: whether or not something has changed."""

    spark: SparkSession
    run: Run
    open_table: Callable[[str], PublishedTable]
    silver: Objects
    quarantine: Objects
    max_unreadable_percent: int
    always: bool = False


@dataclass(frozen=True, kw_only=True)
class CrmStats:
    """What a run did. ``unreadable`` are objects by table."""

    objects: int = 0
    records: int = 0
    customers: int = 0
    versions: int = 0
    unreadable: Mapping[str, Sequence[str]] = field(default_factory=dict)
    skipped: bool = False

    def line(self, run: Run) -> dict[str, Any]:
        """As it is printed: one JSON object, flat."""
        return {"job": run.job, "run_id": run.run_id, **vars(self)}


def bring_up_to_date(this: CrmRun) -> CrmStats:
    """Publishes the table if it is asked for or an object of its input is new."""
    # Opened before anything is listed: what another run publishes from now on lets this one fail.
    table = this.open_table(TABLE)
    received = {name: Received(contract=load_contract(name), objects=this.silver) for name in SOURCES}
    listed = {name: source.listed() for name, source in received.items()}
    inputs = {WHOLE: [stored for found in listed.values() for stored in found]}
    processed = Processed(this.silver, job=this.run.job, contract=table.contract)
    if not inputs[WHOLE] or not (this.always or processed.changed(inputs)):
        return CrmStats(objects=len(inputs[WHOLE]), skipped=True)
    try:
        stats = _publish(this, table, received, listed)
    except READ_ERRORS:
        stats = _publish(this, table, _readable(this, received, listed), listed)
    processed.record(inputs)
    return stats


def customers(received: Mapping[str, DataFrame]) -> DataFrame:
    """The table `customers` of received rows by source."""
    states = records(received).localCheckpoint()
    return history(states, customers_of(states))


def _publish(this: CrmRun, table: PublishedTable, received: Mapping[str, Received], listed: Listed) -> CrmStats:
    rows = customers({name: source.rows(this.spark, listed[name]) for name, source in received.items()})
    receipt = table.publish(rows, partitions=[WHOLE], run=this.run, audit=audit_of(table.contract))
    current = this.open_table(TABLE).read(this.spark).where("is_current")
    found = current.agg(F.count("*").alias("customers"), F.sum("source_records").alias("records")).first()
    return CrmStats(
        objects=sum(map(len, listed.values())),
        records=found["records"] if found else 0,
        customers=found["customers"] if found else 0,
        versions=receipt.rows,
        unreadable={name: sorted(source.unreadable) for name, source in received.items() if source.unreadable},
    )


def _readable(this: CrmRun, received: Mapping[str, Received], listed: Listed) -> dict[str, Received]:
    """The tables without what cannot be read, which is copied to quarantine; TooManyUnreadableError if that is much."""
    readable = {}
    for name, source in received.items():
        found = examine(this.spark, source, listed[name])
        readable[name] = source.without(found.unreadable, found.narrower)
        for stored in listed[name]:
            if stored.key in found.unreadable:
                set_aside(this.quarantine, this.silver, stored, found.unreadable[stored.key])
        count = len(found.unreadable)
        refuse_too_many(count, of=len(listed[name]), percent=this.max_unreadable_percent, table=name)
    return readable
