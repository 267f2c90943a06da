"""A database of the lake under Lake Formation: tagged from its contracts, and read by those whom its tags let in."""

from collections.abc import Iterable, Sequence

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.lakeformation_permissions import (
    LakeformationPermissions,
    LakeformationPermissionsLfTagPolicy,
    LakeformationPermissionsLfTagPolicyExpression,
    LakeformationPermissionsTable,
)
from cdktf_cdktf_provider_aws.lakeformation_resource_lf_tags import (
    LakeformationResourceLfTags,
    LakeformationResourceLfTagsDatabase,
    LakeformationResourceLfTagsLfTag,
)

from config.batch_jobs import publisher_of
from constructs import Construct
from constructs.access import Statement, attach
from constructs.data_lake import DataLake, grantee_of
from constructs.lake_database import CataloguedTable, LakeDatabase
from constructs.sensitivity_tags import SensitivityTags
from contracts import Sensitivity

# What a job does with the partitions of a table that is already there.
PUBLISH = (
    "glue:BatchCreatePartition",
    "glue:BatchDeletePartition",
    "glue:BatchUpdatePartition",
    "glue:GetDatabase",
    "glue:GetPartitions",
    "glue:GetTable",
)
READ_CATALOGUE = (
    "glue:BatchGetPartition",
    "glue:GetDatabase",
    "glue:GetPartition",
    "glue:GetPartitions",
    "glue:GetTable",
    "glue:GetTables",
)


class GovernedDatabase(Construct):
    """The database carries its ``zone``, tables and columns how sensitive they are.

    The zone comes down to every table and column; how sensitive a table is, each says for itself: one that nobody
    tagged is nobody's to read.
    """

    def __init__(self, scope: Construct, id_: str, *, zone: str, database: LakeDatabase, lake: DataLake) -> None:
        super().__init__(scope, id_)
        self._zone, self._lake, self._database = zone, lake, database.database
        self._lies_in = database.zone
        database.wait_for(lake.settings)
        LakeformationResourceLfTags(
            self,
            "Zone",
            database=LakeformationResourceLfTagsDatabase(name=database.database.name),
            lf_tag=[LakeformationResourceLfTagsLfTag(key=lake.zone_tag.key, value=zone)],
        )
        for table in database.tables:
            more = self._filled_by(table)
            SensitivityTags(self, table.table.node.id, table=table, key=lake.sensitivity_tag.key, more=more)

    def grant_select(self, role: IamRole, sensitivities: Iterable[Sensitivity]) -> None:
        """Select the columns of these sensitivities; tables with none of them are not even seen."""
        lake, grantee = self._lake, grantee_of(role)
        zone = {lake.zone_tag.key: [self._zone]}
        columns = zone | {lake.sensitivity_tag.key: sorted(sensitivities)}
        self._permit(role, f"DescribeBy{grantee}", "DATABASE", ["DESCRIBE"], zone)
        self._permit(role, f"SelectBy{grantee}", "TABLE", ["DESCRIBE", "SELECT"], columns)
        read = Statement(sid="ReadCatalogue", actions=READ_CATALOGUE, resources=self._catalogued(["*"]))
        attach(role, "ReadCatalogue", self, [read])

    def grant_publish(self, role: IamRole, jobs: Sequence[str], tables: Sequence[str], *, iceberg: bool) -> None:
        """Point the partitions of the tables that ``jobs`` fill at other files; their names fit ``tables``.

        Lake Formation lets it by the tag, IAM by the names: it takes both. A table in ``iceberg`` points itself, and
        whoever publishes it first makes it: no tag says yet who fills it, so there the names alone tell.
        """
        lake, grantee = self._lake, grantee_of(role)
        zone = {lake.zone_tag.key: [self._zone]}
        filled = zone if iceberg else zone | {lake.job_tag.key: sorted(jobs)}
        of_database = ["CREATE_TABLE", "DESCRIBE"] if iceberg else ["DESCRIBE"]
        self._permit(role, f"DescribeBy{grantee}", "DATABASE", of_database, zone)
        # Without the right to select, the catalogue tells no partitions.
        self._permit(role, f"PublishBy{grantee}", "TABLE", ["ALTER", "DESCRIBE", "INSERT", "SELECT"], filled)
        lake.grant_place(role, self._lies_in)
        actions = [*PUBLISH, "glue:CreateTable", "glue:UpdateTable"] if iceberg else PUBLISH
        change = Statement(sid="Publish", actions=actions, resources=self._catalogued(tables))
        # "*": it knows no resources; what it hands out goes by Lake Formation's grants.
        ask = Statement(sid="AskLakeFormation", actions=["lakeformation:GetDataAccess"], resources=["*"])
        attach(role, "ChangeCatalogue", self, [change, ask])

    def grant_describe(self, role: IamRole) -> LakeformationPermissions:
        """See the tables and their columns, and nothing of what is in them."""
        return LakeformationPermissions(
            self,
            f"DescribeTablesBy{grantee_of(role)}",
            principal=role.arn,
            permissions=["DESCRIBE"],
            table=LakeformationPermissionsTable(database_name=self._database.name, wildcard=True),
        )

    def _catalogued(self, tables: Sequence[str]) -> list[str]:
        """The ARNs a request about ``tables`` names."""
        name, catalogue = self._database.name, f"arn:aws:glue:{self._lake.region}:{self._lake.account_id}"
        of_tables = [f"{catalogue}:table/{name}/{table}" for table in tables]
        return [f"{catalogue}:catalog", f"{catalogue}:database/{name}", *of_tables]

    def _filled_by(self, table: CataloguedTable) -> dict[str, str]:
        job = publisher_of(self._zone, str(table.table.name_input))
        return {self._lake.job_tag.key: job} if job else {}

    def _permit(
        self, role: IamRole, id_: str, resource_type: str, permissions: list[str], tags: dict[str, list[str]]
    ) -> None:
        expression = [
            LakeformationPermissionsLfTagPolicyExpression(key=key, values=values) for key, values in tags.items()
        ]
        LakeformationPermissions(
            self,
            id_,
            principal=role.arn,
            permissions=permissions,
            lf_tag_policy=LakeformationPermissionsLfTagPolicy(resource_type=resource_type, expression=expression),
        )
