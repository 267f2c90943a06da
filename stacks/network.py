"""The network layer: where data is processed out of reach of the internet, and a record of who spoke to whom."""

from config import Environment
from config.naming import physical_name
from constructs import Construct
from constructs.encryption_key import environment_key
from constructs.flow_log import FlowLog
from constructs.private_network import PrivateNetwork


class NetworkLayer(Construct):
    """The private network, or nothing where ``env.network`` is None.

    ``private`` is for what always stands in a network: databases, warehouses. ``for_functions`` is the same network
    where functions run inside it, and None where they run outside.
    """

    def __init__(self, scope: Construct, id_: str, *, env: Environment) -> None:
        super().__init__(scope, id_)
        self.private: PrivateNetwork | None = None
        self.for_functions: PrivateNetwork | None = None
        if env.network is None:
            return
        name = physical_name(env, "network")
        log_group = f"/vpc/{name}/flow"
        key = environment_key(self, "LogKey", env=env, name="network", for_logs=log_group)
        self.private = PrivateNetwork(
            self, "Private", name=name, size=env.network, region=env.region, account_id=env.account_id
        )
        FlowLog(
            self,
            "FlowLog",
            name=physical_name(env, "flow-log"),
            log_group=log_group,
            network=self.private,
            key=key,
            region=env.region,
            account_id=env.account_id,
        )
        if env.network.functions_inside:
            self.for_functions = self.private
