"""The CRM's files through the real data_validator into folders instead of buckets, and runs of the job over them."""

import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from lib import table_contract
from lib.crm_run import TABLE, CrmRun, CrmStats, bring_up_to_date
from lib.parquet_table import ParquetTable
from lib.published_table import PublishedTable, Run
from local.lake.folder_objects import FolderObjects
from tests.unit.data_validator.validator_fakes import SILVER
from tests.unit.data_validator.validator_world import World, package, world

HEADER = (
    "CustomerKey,Prefix,FirstName,LastName,BirthDate,MaritalStatus,Gender,EmailAddress,AnnualIncome,TotalChildren,"
    "EducationLevel,Occupation,HomeOwner"
)


@dataclass(kw_only=True)
class ReceivedCustomers:
    """A lake of customers. ``open_table`` may be replaced to make publishing fail."""

    spark: SparkSession
    folder: Path
    open_table: Callable[[str], PublishedTable] = field(init=False)

    def __post_init__(self) -> None:
        self.silver, self.quarantine = (FolderObjects(self.folder / zone) for zone in ("silver", "quarantine"))
        self._validator: World = world(package(self.folder / "contracts"))
        self.open_table = self.published
        self._runs = 0

    def deliver(self, source: str, name: str, body: bytes, *, arrived: datetime) -> int:
        """One file, as the function stores it; the rows it stored."""
        arrival = self._validator.s3.land(f"{source}/{name}", body)
        for stored in self._validator.s3.objects[arrival.bucket, arrival.key]:
            stored.modified = arrived
        verdict = self._validator.validate(arrival)
        assert verdict["outcome"] == "accepted", verdict
        for key in verdict["keys"]["silver"]:
            self.silver.write(key, self._validator.s3.written(SILVER)[key])
        return int(verdict["rows"]["stored"])

    def published(self, name: str) -> ParquetTable:
        return ParquetTable(table_contract.load_contract(name), objects=self.silver)

    def run(self, *, always: bool = False, max_unreadable_percent: int = 50) -> CrmStats:
        """One run of the job."""
        self._runs += 1
        this = CrmRun(
            spark=self.spark,
            run=Run(job="crm_etl", run_id=f"run-{self._runs}"),
            open_table=self.open_table,
            silver=self.silver,
            quarantine=self.quarantine,
            max_unreadable_percent=max_unreadable_percent,
            always=always,
        )
        return bring_up_to_date(this)

    def rows(self) -> list[dict[str, Any]]:
        """The published table, sorted."""
        found = [row.asDict() for row in self.published(TABLE).read(self.spark).collect()]
        return sorted(found, key=lambda row: (row["customer_id"], row["valid_from"]))


def users_file(*users: dict[str, Any]) -> bytes:
    """The shop's users as the CRM writes them; ``country`` and ``state`` go into their address."""
    lines = []
    for number, told in enumerate(users, 1):
        place = {"country": told.pop("country", "US"), "state": told.pop("state", "HI")}
        base = {"id": str(number), "selectable_user": True, "persona": "books", "discount_persona": "all"}
        lines.append(json.dumps({**base, "addresses": [place], "platforms": {}, **told}))
    return "\n".join(lines).encode()


def customers_file(*rows: Sequence[str]) -> bytes:
    """Customers as the CRM writes them: with a byte order mark."""
    return "\n".join([HEADER, *(",".join(row) for row in rows), ""]).encode("utf-8-sig")


def raw_export(*rows: Sequence[str]) -> bytes:
    """A table of the CRM's database as it is written out."""
    return gzip.compress("".join("+|".join(row) + "&|\n" for row in rows).encode())
