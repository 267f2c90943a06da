"""A database of the lake under Lake Formation: tagged from its contracts, and read by those whom its tags let in."""

from collections.abc import Iterable

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

from constructs import Construct
from constructs.access import Statement, attach
from constructs.data_lake import DataLake, grantee_of
from constructs.lake_database import LakeDatabase
from constructs.sensitivity_tags import SensitivityTags
from contracts import Sensitivity

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
        database.wait_for(lake.settings)
        LakeformationResourceLfTags(
            self,
            "Zone",
            database=LakeformationResourceLfTagsDatabase(name=database.database.name),
            lf_tag=[LakeformationResourceLfTagsLfTag(key=lake.zone_tag.key, value=zone)],
        )
        for table in database.tables:
            SensitivityTags(self, table.table.node.id, table=table, key=lake.sensitivity_tag.key)

    def grant_select(self, role: IamRole, sensitivities: Iterable[Sensitivity]) -> None:
        """Select the columns of these sensitivities; tables with none of them are not even seen."""
        lake, grantee = self._lake, grantee_of(role)
        zone = {lake.zone_tag.key: [self._zone]}
        columns = zone | {lake.sensitivity_tag.key: sorted(sensitivities)}
        self._permit(role, f"DescribeBy{grantee}", "DATABASE", ["DESCRIBE"], zone)
        self._permit(role, f"SelectBy{grantee}", "TABLE", ["DESCRIBE", "SELECT"], columns)
        name, catalogue = self._database.name, f"arn:aws:glue:{lake.region}:{lake.account_id}"
        resources = [f"{catalogue}:catalog", f"{catalogue}:database/{name}", f"{catalogue}:table/{name}/*"]
        attach(
            role, "ReadCatalogue", self, [Statement(sid="ReadCatalogue", actions=READ_CATALOGUE, resources=resources)]
        )

    def grant_describe(self, role: IamRole) -> LakeformationPermissions:
        """See the tables and their columns, and nothing of what is in them."""
        return LakeformationPermissions(
            self,
            f"DescribeTablesBy{grantee_of(role)}",
            principal=role.arn,
            permissions=["DESCRIBE"],
            table=LakeformationPermissionsTable(database_name=self._database.name, wildcard=True),
        )

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
