"""The operational store: a database for applications that need single rows of gold fast, or the source of changes."""

from config import Environment
from config.naming import physical_name
from constructs import Construct
from constructs.encryption_key import environment_key
from constructs.private_network import PrivateNetwork
from constructs.relational_database import RelationalDatabase


class OperationalStoreLayer(Construct):
    """``database`` and the key that encrypts it, or nothing where ``env.database`` is None."""

    def __init__(self, scope: Construct, id_: str, *, env: Environment, network: PrivateNetwork | None) -> None:
        super().__init__(scope, id_)
        self.database: RelationalDatabase | None = None
        if env.database is None:
            return
        if network is None:
            raise ValueError(f"{self.node.path}: a database stands in a network, and {env.name} has none")
        name = physical_name(env, "store")
        key = environment_key(self, "Key", env=env, name="store", for_logs=RelationalDatabase.log_prefix(name))
        self.database = RelationalDatabase(
            self,
            "Database",
            name=name,
            size=env.database,
            env=env,
            network=network,
            key=key,
            disposable=env.may_delete("database"),
        )
