"""The two sides of a warehouse in the network: who may ask it, and where it may send what it asks for itself."""

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.security_group import SecurityGroup

from constructs import Construct
from constructs.database_door import DatabaseDoor
from constructs.network_client import NetworkClient
from constructs.private_network import PrivateNetwork

PORT = 5439


class WarehouseDoor(Construct):
    """In: named groups only. Out: HTTPS to the network's endpoints and to S3, the way COPY and UNLOAD take."""

    def __init__(self, scope: Construct, id_: str, *, name: str, network: PrivateNetwork) -> None:
        super().__init__(scope, id_)
        self._way_in = DatabaseDoor(self, "In", name=name, port=PORT, network=network)
        self._way_out = NetworkClient(self, "Out", name=f"{name}-out", network=network)

    @property
    def group_ids(self) -> list[str]:
        """What the warehouse wears."""
        return [self._way_in.group.id, self._way_out.group.id]

    def let_in(self, group: SecurityGroup) -> list[ITerraformDependable]:
        """Lets what wears ``group`` connect. Returns the rules, for those who must wait for them."""
        return self._way_in.let_in(group)
