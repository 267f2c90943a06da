"""The two kinds of warehouse, as the rest of the platform sees them: no difference."""

from collections.abc import Sequence
from typing import Protocol

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.security_group import SecurityGroup

# The database that is there from the beginning, and the user who owns it. Neither Redshift's own names, nor those that
# everybody tries first.
FIRST_DATABASE = "warehouse"
OWNER = "warehousekeeper"


class Warehouse(Protocol):
    """``role`` reads the lake for it, and is the default one in its SQL. ``host`` answers inside the network.

    ``services`` are AWS's names for who takes a role on its behalf.
    """

    role: IamRole
    services: Sequence[str]

    @property
    def host(self) -> str: ...

    def let_in(self, group: SecurityGroup) -> list[ITerraformDependable]:
        """Lets what wears ``group`` connect. Returns the rules, for those who must wait for them."""
        ...

    def takes_role(self, role: IamRole) -> None:
        """Lets SQL name ``role`` too. Whoever may use which, the role itself says."""
        ...

    def grant_read_password(self, role: IamRole) -> list[IamRolePolicy]:
        """Fetch and decrypt the owner's name and password."""
        ...
