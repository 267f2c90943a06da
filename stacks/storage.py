"""The storage layer: one bucket per zone of the lake, the keys that encrypt them, and their copies elsewhere."""

from cdktf_cdktf_provider_aws.provider import AwsProvider

from config import Environment, Replication
from config.naming import bucket_name, physical_name
from constructs import Construct
from constructs.encryption_key import EncryptionKey, environment_key
from constructs.lake_zone import LakeZone
from constructs.log_bucket import LogBucket
from constructs.replica_region import ReplicaRegion
from constructs.zone_replication import ZoneReplication


class StorageLayer(Construct):
    """The lake. ``bronze`` holds what came in, ``silver`` rows, ``gold`` answers, ``quarantine`` what was set aside.

    ``logs`` takes the access logs of every bucket of the region. ``replica`` is the provider of the region that
    ``env.replication`` names, None where nothing is copied.
    """

    def __init__(self, scope: Construct, id_: str, *, env: Environment, replica: AwsProvider | None) -> None:
        super().__init__(scope, id_)
        self._env = env
        self.key = environment_key(self, "LakeKey", env=env, name="lake")
        # Whoever reads the answer of a query needs no key of the lake.
        results_key = environment_key(self, "ResultsKey", env=env, name="results")
        self.logs = LogBucket(
            self,
            "Logs",
            name=bucket_name(env, "logs"),
            account_id=env.account_id,
            sources=physical_name(env, "*"),
            lifecycle=env.zones["logs"],
            disposable=env.may_delete("logs"),
        )
        self.bronze = self._zone("bronze", announces=True)
        self.silver = self._zone("silver", announces=True)
        self.gold = self._zone("gold", announces=True)
        self.quarantine = self._zone("quarantine", announces=True)
        self.scripts = self._zone("scripts")
        self.athena_results = self._zone("athena-results", key=results_key)
        if env.replication:
            self._replicate(env.replication, replica)

    @property
    def zones(self) -> dict[str, LakeZone]:
        """What data lies in, by name."""
        return {
            "bronze": self.bronze,
            "silver": self.silver,
            "gold": self.gold,
            "quarantine": self.quarantine,
            "scripts": self.scripts,
        }

    def _zone(self, name: str, *, key: EncryptionKey | None = None, announces: bool = False) -> LakeZone:
        return LakeZone(
            self,
            "".join(part.capitalize() for part in name.split("-")),
            name=bucket_name(self._env, name),
            key=key or self.key,
            lifecycle=self._env.zones[name],
            logs=self.logs,
            announces=announces,
            disposable=self._env.may_delete(name),
        )

    def _replicate(self, replication: Replication, provider: AwsProvider | None) -> None:
        if provider is None:
            raise ValueError(
                f"{self.node.path}: zones are copied to {replication.region}, but no provider of that region is given; "
                "pass stacks.provider.use_replica_provider(...)"
            )
        region = ReplicaRegion(self, "Replica", env=self._env, zones=replication.zones, provider=provider)
        copies = {self.zones[name]: copy for name, copy in region.zones.items()}
        ZoneReplication(self, "Replication", env=self._env, replication=replication, copies=copies)
