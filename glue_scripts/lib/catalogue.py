"""What readers by SQL see of a published table: its partitions in Glue's catalogue, each pointed at a folder.

Read and set right by differences only, so that it costs little to do it again, and a killed run is healed by the next.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from botocore.exceptions import ClientError

from lib.clients import aws_client
from lib.objects import CONFIG

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient

# What one call takes, https://docs.aws.amazon.com/glue/latest/webapi/
TO_CREATE = TO_UPDATE = 100
TO_DELETE = 25
TRIES = 5

Values = tuple[str, ...]
Item = TypeVar("Item")


class Catalogue(Protocol):
    """Where partitions are registered."""

    def point(self, table: str, locations: Mapping[Values, str]) -> int:
        """Makes the table's partitions be exactly these, each at its folder; how many were not."""


class GlueCatalogue:
    """`Catalogue` in Glue: the tables of one database, which infrastructure makes; a job makes partitions only."""

    def __init__(self, database: str) -> None:
        self.database = database
        self._glue: GlueClient = aws_client("glue", config=CONFIG)

    def point(self, table: str, locations: Mapping[Values, str]) -> int:
        storage = self._storage(table)
        first: int | None = None
        for _ in range(TRIES):
            there = self._partitions(table)
            changed = {values: at for values, at in locations.items() if values in there and there[values] != at}
            absent = {values: at for values, at in locations.items() if values not in there}
            gone = sorted(set(there) - set(locations))
            wrong = len(changed) + len(absent) + len(gone)
            first = wrong if first is None else first
            if not wrong:
                return first
            self._set_right(table, storage, absent=absent, changed=changed, gone=gone)
        raise TimeoutError(f"{self.database}.{table}: partitions are still others after {TRIES} tries; run it again")

    def _set_right(
        self,
        table: str,
        storage: Mapping[str, Any],
        *,
        absent: Mapping[Values, str],
        changed: Mapping[Values, str],
        gone: Sequence[Values],
    ) -> None:
        """One pass. What somebody else did meanwhile (exists already, is gone) shows at the next look."""
        at = {"DatabaseName": self.database, "TableName": table}
        for create in _batches([_input(storage, *item) for item in sorted(absent.items())], TO_CREATE):
            answer: Any = self._glue.batch_create_partition(**at, PartitionInputList=create)
            _refuse(answer, besides="AlreadyExistsException")
        entries = [
            {"PartitionValueList": list(values), "PartitionInput": _input(storage, values, location)}
            for values, location in sorted(changed.items())
        ]
        for update in _batches(entries, TO_UPDATE):
            answer = self._glue.batch_update_partition(**at, Entries=update)  # type: ignore[arg-type]
            _refuse(answer, besides="EntityNotFoundException")
        for delete in _batches([{"Values": list(values)} for values in gone], TO_DELETE):
            answer = self._glue.batch_delete_partition(**at, PartitionsToDelete=delete)  # type: ignore[arg-type]
            _refuse(answer, besides="EntityNotFoundException")

    def _partitions(self, table: str) -> dict[Values, str]:
        pages = self._glue.get_paginator("get_partitions").paginate(
            DatabaseName=self.database, TableName=table, ExcludeColumnSchema=True
        )
        return {
            tuple(partition["Values"]): partition.get("StorageDescriptor", {}).get("Location", "")
            for page in pages
            for partition in page.get("Partitions", ())
        }

    def _storage(self, table: str) -> dict[str, Any]:
        """How the table is stored, which every partition of Glue repeats for itself."""
        try:
            found = self._glue.get_table(DatabaseName=self.database, Name=table)["Table"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "EntityNotFoundException":
                raise
            raise ValueError(
                f"{self.database}.{table} is not in Glue's catalogue; deploy the environment first"
            ) from error
        return dict(found["StorageDescriptor"])


def _input(storage: Mapping[str, Any], values: Values, location: str) -> Any:
    return {"Values": list(values), "StorageDescriptor": {**storage, "Location": location}}


def _refuse(answer: Mapping[str, Any], *, besides: str) -> None:
    errors = [error for error in answer.get("Errors", ()) if _code(error) != besides]
    if errors:
        raise OSError(f"Glue's catalogue refused {len(errors)} partitions, the first: {errors[0]}")


def _code(error: Mapping[str, Any]) -> str:
    detail: Mapping[str, str] = error.get("ErrorDetail", {})
    return detail.get("ErrorCode", "")


def _batches(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    return (items[start : start + size] for start in range(0, len(items), size))
