"""A lake of a few objects in an emulated AWS: tables, views and partitions as a test names them."""

import base64
import json
from pathlib import Path
from typing import Any

import duckdb

from local.embedded_aws.environment import REGION
from local.lambda_service.aws_clients import aws_client


class Emulation:
    """One server; a database and a bucket of its own for each test."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.s3: Any = aws_client("s3", endpoint=endpoint)
        self.glue: Any = aws_client("glue", endpoint=endpoint)
        self.name = ""

    def begin(self, name: str) -> None:
        self.name = name
        where = {"LocationConstraint": REGION}
        self.s3.create_bucket(Bucket=name, CreateBucketConfiguration=where)
        self.glue.create_database(DatabaseInput={"Name": name})

    def table(
        self,
        name: str,
        columns: dict[str, str],
        partitions: dict[str, str] | None = None,
        *,
        projected: bool = True,
    ) -> None:
        location = {"Location": f"s3://{self.name}/{name}/"}
        table = {"Name": name, "TableType": "EXTERNAL_TABLE", "PartitionKeys": described(partitions or {})}
        parameters = {"projection.enabled": "true"} if partitions and projected else {}
        self._create(
            table | {"Parameters": parameters, "StorageDescriptor": {"Columns": described(columns)} | location}
        )

    def register(self, table: str, location: str, *values: str) -> None:
        """A partition; below the bucket if ``location`` names no other."""
        place = location if location.startswith("s3://") else f"s3://{self.name}/{location}"
        partition = {"Values": list(values), "StorageDescriptor": {"Columns": [], "Location": place}}
        self.glue.create_partition(DatabaseName=self.name, TableName=table, PartitionInput=partition)

    def view(self, name: str, sql: str, columns: dict[str, str]) -> None:
        document = {"originalSql": sql, "catalog": "awsdatacatalog", "schema": self.name, "columns": []}
        text = f"/* Presto View: {base64.b64encode(json.dumps(document).encode()).decode()} */"
        table = {"Name": name, "TableType": "VIRTUAL_VIEW", "ViewOriginalText": text}
        self._create(table | {"StorageDescriptor": {"Columns": described(columns)}})

    def put(self, key: str, query: str, folder: Path) -> None:
        """A Parquet object with the answer of a query."""
        duckdb.execute(f"COPY ({query}) TO '{folder}/object.parquet' (FORMAT parquet)")
        self.s3.put_object(Bucket=self.name, Key=key, Body=(folder / "object.parquet").read_bytes())

    def _create(self, table: dict[str, Any]) -> None:
        self.glue.create_table(DatabaseName=self.name, TableInput=table)


def described(columns: dict[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Type": type_} for name, type_ in columns.items()]
