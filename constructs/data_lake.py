"""The account's Lake Formation: who governs the catalogue, what it is tagged with, which zones it opens for readers."""

from collections.abc import Mapping, Sequence

from cdktf import Postcondition, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.glue_catalog_database import GlueCatalogDatabase
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.lakeformation_data_lake_settings import LakeformationDataLakeSettings
from cdktf_cdktf_provider_aws.lakeformation_lf_tag import LakeformationLfTag
from cdktf_cdktf_provider_aws.lakeformation_permissions import (
    LakeformationPermissions,
    LakeformationPermissionsDatabase,
    LakeformationPermissionsDataLocation,
)
from cdktf_cdktf_provider_aws.lakeformation_resource import LakeformationResource

from config.batch_jobs import JOBS
from constructs import Construct
from constructs.access import Statement, attach, service_role
from constructs.lake_zone import LakeZone
from contracts import SENSITIVITIES


class DataLake(Construct):
    """Lake Formation for a whole account, of which there is one: its settings replace what was set before.

    A database made after ``settings`` belongs to nobody but its maker, whatever IAM policies say; readers see what is
    granted to them by tags, and Lake Formation opens ``zones`` for them: they need no right to the bucket. Whoever
    deploys is one of ``administrators``; ``onlookers`` see the catalogue and its grants, and no data. All of them, ARNs
    of roles, exist already.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        place: tuple[str, str],
        administrators: Sequence[str],
        onlookers: Sequence[str],
        zones: Mapping[str, LakeZone],
        disposable: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        self.region, self.account_id = place
        self.settings = LakeformationDataLakeSettings(
            self,
            "Settings",
            admins=list(administrators),
            read_only_admins=list(onlookers),
            create_database_default_permissions=[],
            create_table_default_permissions=[],
            # Left out, these two would mean: whatever is set.
            trusted_resource_owners=[],
            external_data_filtering_allow_list=[],
            lifecycle=TerraformResourceLifecycle(postcondition=[_nothing_by_default()]),
        )
        self._zones = list(zones)
        self.zone_tag = self._tag("zone", self._zones)
        self.sensitivity_tag = self._tag("sensitivity", list(SENSITIVITIES))
        # Which job fills a table: it may change the table, and no other may.
        self.job_tag = self._tag("job", [job.name for job in JOBS])
        self._locations: dict[str, LakeformationResource] = {}
        self._role = service_role(
            self, "Role", name=name, service="lakeformation.amazonaws.com", account_id=self.account_id
        )
        for zone in zones.values():
            self._open(zone, zone.bucket.arn, zone.grant_read(self._role))
        # Athena looks at it before every query, and it belongs to nobody either.
        self._default = GlueCatalogDatabase(
            self,
            "Default",
            name="default",
            description="Empty. Athena asks for it before every query.",
            depends_on=[self.settings],
            lifecycle=TerraformResourceLifecycle(prevent_destroy=not disposable),
        )

    def open_part(self, name: str, zone: LakeZone, prefix: str) -> None:
        """Opens for readers what lies below ``prefix`` of a zone called ``name``, and nothing beside it."""
        self._zones.append(name)
        self.zone_tag.values = self._zones
        self._open(zone, f"{zone.bucket.arn}/{prefix.rstrip('/')}", zone.grant_look_up(self._role, prefix))

    def admit(self, role: IamRole) -> None:
        """Lets ``role`` come as far as the catalogue: it sees the names of databases granted to it, and no table."""
        catalogue = f"arn:aws:glue:{self.region}:{self.account_id}"
        look = [f"{catalogue}:catalog", f"{catalogue}:database/default"]
        everything = [f"{catalogue}:catalog", f"{catalogue}:database/*"]
        statements = [
            # "*": it knows no resources; what it hands out goes by Lake Formation's grants.
            Statement(sid="AskLakeFormation", actions=["lakeformation:GetDataAccess"], resources=["*"]),
            Statement(sid="LookAtDefault", actions=["glue:GetDatabase"], resources=look),
            # Lake Formation leaves out what is not granted.
            Statement(sid="ListDatabases", actions=["glue:GetDatabases"], resources=everything),
        ]
        attach(role, "Enter", self, statements)
        LakeformationPermissions(
            self,
            f"DefaultFor{grantee_of(role)}",
            principal=role.arn,
            permissions=["DESCRIBE"],
            database=LakeformationPermissionsDatabase(name=self._default.name),
        )

    def grant_place(self, role: IamRole, zone: LakeZone) -> None:
        """Lets ``role`` say that a partition lies somewhere in ``zone``."""
        LakeformationPermissions(
            self,
            f"{zone.node.id}PlaceFor{grantee_of(role)}",
            principal=role.arn,
            permissions=["DATA_LOCATION_ACCESS"],
            data_location=LakeformationPermissionsDataLocation(arn=self._locations[zone.node.path].arn),
        )

    def _tag(self, key: str, values: list[str]) -> LakeformationLfTag:
        id_ = f"{key.capitalize()}Tag"
        return LakeformationLfTag(self, id_, key=key, values=values, depends_on=[self.settings])

    def _open(self, zone: LakeZone, arn: str, may_read: Sequence[IamRolePolicy]) -> None:
        self._locations[zone.node.path] = LakeformationResource(
            self,
            f"{zone.node.id}Location",
            arn=arn,
            role_arn=self._role.arn,
            # In hybrid mode whoever has a policy for the bucket and the catalogue would go past the grants.
            hybrid_access_enabled=False,
            depends_on=[self.settings, *may_read],
        )


def _nothing_by_default() -> Postcondition:
    """AWS gives everybody with an IAM policy everything by default. Where a plan finds that, it goes no further.

    The empty defaults empty them once, when the settings are made; what is set later the provider takes as meant.
    """
    defaults = ("create_database_default_permissions", "create_table_default_permissions")
    return Postcondition(
        condition=f"${{{' && '.join(f'length(self.{default}) == 0' for default in defaults)}}}",
        error_message="Lake Formation gives new databases or tables to IAMAllowedPrincipals: any IAM policy for the "
        "catalogue opens them. Clear both boxes in Lake Formation's Data Catalog settings, then plan again.",
    )


def grantee_of(role: IamRole) -> str:
    """Whose role it is: grants are called after it."""
    return role.node.scope.node.id if role.node.scope else role.node.id
