"""A Glue database, and the tables and views in it, each from its data contract."""

import base64
import json
from dataclasses import dataclass, replace
from pathlib import Path

from cdktf import TerraformResource, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.glue_catalog_database import GlueCatalogDatabase
from cdktf_cdktf_provider_aws.glue_catalog_table import (
    GlueCatalogTable,
    GlueCatalogTableStorageDescriptor,
    GlueCatalogTableStorageDescriptorSerDeInfo,
)
from cdktf_cdktf_provider_aws.glue_data_quality_ruleset import (
    GlueDataQualityRuleset,
    GlueDataQualityRulesetTargetTable,
)

from constructs import Construct
from constructs.conflicting_rows import conflicting_rows
from constructs.lake_zone import LakeZone
from constructs.latest_rows import latest_rows
from constructs.parquet_table import catalogue_columns, parquet_storage, partition_keys, projection
from contracts import Column, Contract
from contracts.conflicts import CONFLICT_COLUMNS, conflicts_of
from contracts.dqdl import ruleset

# Where in its zone jobs publish a table.
PUBLISHED = "published"
# What engines write beside our own parameters: when one last touched the table, and where Iceberg's newest state is.
WRITTEN_BY_ENGINES = ("transient_lastDdlTime", "metadata_location", "previous_metadata_location", "table_type")
VIEWS = Path(__file__).resolve().parent.parent / "sql" / "athena" / "views"


@dataclass(frozen=True, kw_only=True)
class CataloguedTable:
    """A name in the catalogue, with what its contract says of its columns."""

    table: GlueCatalogTable
    columns: tuple[Column, ...]
    is_view: bool


class LakeDatabase(Construct):
    """The catalogued names of one lake zone, ``tables`` all of them: what readers may ask for by SQL.

    With a ``prefix`` all of it lies below that, and the rest of the zone is no business of those readers.
    """

    def __init__(
        self, scope: Construct, id_: str, *, name: str, zone: LakeZone, prefix: str = "", disposable: bool = False
    ) -> None:
        super().__init__(scope, id_)
        self.zone, self.prefix = zone, prefix
        self.tables: list[CataloguedTable] = []
        self.database = GlueCatalogDatabase(
            self,
            "Database",
            name=name,
            description=f"Tables of the lake zone {zone.node.id}.",
            lifecycle=TerraformResourceLifecycle(prevent_destroy=not disposable),
        )

    def wait_for(self, first: TerraformResource) -> None:
        """Makes the database, and with it its tables, after ``first``."""
        # Set afterwards, an object would be written as a reference, which Terraform does not take here.
        address = f"{first.terraform_resource_type}.{first.friendly_unique_id}"
        self.database.depends_on = [*(self.database.depends_on or []), address]

    def add_received_table(self, contract: Contract, *, prefix: str) -> GlueCatalogTable:
        """The objects below ``prefix`` as a table, as they were delivered: a row can stand twice.

        Partitions, if it has any, are projected from the path: no crawler, nothing to register.
        """
        if contract.received_as is None:
            raise ValueError(
                f"{self.node.path}: contract {contract.name} names no table (receivedAs); it cannot be one"
            )
        location = f"s3://{self.zone.bucket.bucket}/{prefix}"
        table = GlueCatalogTable(
            self,
            _pascal(contract.received_as),
            database_name=self.database.name,
            name=contract.received_as,
            description=contract.purpose,
            table_type="EXTERNAL_TABLE",
            parameters={
                "EXTERNAL": "TRUE",
                "classification": "parquet",
                "contract_version": contract.version,
                **projection(contract.partitions, location),
            },
            partition_keys=partition_keys(contract.partitions),
            storage_descriptor=parquet_storage(location, contract.data_columns),
        )
        self.tables.append(CataloguedTable(table=table, columns=contract.columns, is_view=False))
        return table

    def add_published_table(self, contract: Contract) -> GlueCatalogTable:
        """The table that jobs publish, each row once, and what must be true of it.

        Its partitions are registered by whoever publishes them, each with the place of its last version: Terraform
        knows nothing of partitions, and finds nothing to do whichever there are.
        """
        if not contract.is_published:
            raise ValueError(
                f"{self.node.path}: contract {contract.name} is published by no job; give it the property published, "
                "or publishedPartitions and liveAs"
            )
        table = GlueCatalogTable(
            self,
            _pascal(contract.name),
            database_name=self.database.name,
            name=contract.name,
            description=contract.purpose,
            table_type="EXTERNAL_TABLE",
            parameters={"EXTERNAL": "TRUE", "classification": "parquet", "contract_version": contract.version},
            partition_keys=partition_keys(contract.published_partitions),
            storage_descriptor=parquet_storage(
                f"s3://{self.zone.bucket.bucket}/{PUBLISHED}/{contract.name}", contract.data_columns
            ),
            lifecycle=TerraformResourceLifecycle(
                ignore_changes=[f'parameters["{name}"]' for name in WRITTEN_BY_ENGINES]
            ),
        )
        self.tables.append(CataloguedTable(table=table, columns=contract.published_columns, is_view=False))
        self._add_ruleset(contract, table)
        return table

    def _add_ruleset(self, contract: Contract, table: GlueCatalogTable) -> None:
        GlueDataQualityRuleset(
            self,
            f"{_pascal(contract.name)}Rules",
            name=f"{self.database.name_input}-{contract.name}",
            description=f"What is checked before {contract.name} is published.",
            ruleset=ruleset(contract),
            target_table=GlueDataQualityRulesetTargetTable(
                database_name=self.database.name, table_name=str(table.name_input)
            ),
            # Glue refuses rules for a table that is not there.
            depends_on=[table],
        )

    def add_view(self, contract: Contract, *, over: GlueCatalogTable) -> None:
        """The names readers use, in which each received row stands once: ``sql/athena/views/<name>.sql``.

        Two, if the contract names one for all columns: Athena asks a view's reader for the right to every column the
        view's query names, so what everybody may read cannot name what is sensitive.
        """
        for name, columns in contract.views.items():
            self._add_view(name, (VIEWS / f"{name}.sql").read_text(encoding="utf-8"), contract, columns, over)

    def add_latest_view(self, contract: Contract, *, over: GlueCatalogTable) -> None:
        """The same for a table filled from files, where the latest row of each key is the one that counts."""
        for name, columns in contract.views.items():
            self._add_view(name, latest_rows(contract, columns), contract, columns, over)

    def add_conflicts_view(
        self,
        contract: Contract,
        *,
        source: str,
        lines: Contract | None,
        quarantine: "LakeDatabase",
        over: GlueCatalogTable,
    ) -> None:
        """``<name>_conflicts``: event ids of ``source`` with two payloads; ``quarantine`` has those refused."""
        refused = f"{quarantine.database.name_input}.quarantine_received"
        sql = conflicting_rows(contract, source=source, lines=lines, refused=refused)
        described = replace(contract, granularity=f"One row per event id of {contract.name} with two payloads.")
        self._add_view(conflicts_of(contract), sql, described, CONFLICT_COLUMNS, over)

    def _add_view(
        self, name: str, sql: str, contract: Contract, columns: tuple[Column, ...], over: GlueCatalogTable
    ) -> None:
        view = GlueCatalogTable(
            self,
            _pascal(name),
            database_name=self.database.name,
            name=name,
            description=contract.granularity,
            table_type="VIRTUAL_VIEW",
            parameters={"presto_view": "true", "comment": "Presto View", "contract_version": contract.version},
            view_original_text=_presto_view(sql, columns, self.database),
            view_expanded_text="/* Presto View */",
            storage_descriptor=GlueCatalogTableStorageDescriptor(
                columns=catalogue_columns(columns),
                # A view is read by no SerDe, but without one Athena calls the table broken.
                ser_de_info=GlueCatalogTableStorageDescriptorSerDeInfo(name="-", serialization_library="-"),
            ),
            depends_on=[over],
        )
        self.tables.append(CataloguedTable(table=view, columns=columns, is_view=True))


def _presto_view(sql: str, columns: tuple[Column, ...], database: GlueCatalogDatabase) -> str:
    """Athena keeps a view as the base64 of a JSON document in a comment."""
    document = {
        "originalSql": sql,
        "catalog": "awsdatacatalog",
        "schema": database.name_input,
        "columns": [{"name": column.name, "type": _presto_type(column.type)} for column in columns],
    }
    text = base64.b64encode(json.dumps(document, sort_keys=True).encode()).decode()
    return f"/* Presto View: {text} */"


def _presto_type(hive_type: str) -> str:
    return {"string": "varchar", "int": "integer", "timestamp": "timestamp(3)"}.get(hive_type, hive_type)


def _pascal(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))
