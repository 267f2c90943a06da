"""Where copies of zones are kept: the second region, with a key and a log bucket of its own."""

from collections.abc import Sequence

from cdktf import TerraformDataSource, TerraformProvider, TerraformResource

from config import Environment
from config.naming import physical_name, replica_bucket_name
from constructs import Construct
from constructs.encryption_key import environment_key
from constructs.lake_zone import LakeZone
from constructs.log_bucket import LogBucket


class ReplicaRegion(Construct):
    """A bucket for each of ``zones``, with the zone's own lifecycle: what S3 expires there it does not expire here.

    Everything in it is made through ``provider``, which is the region's. A zone's name in ``deletable`` stands for its
    copy as well.
    """

    def __init__(
        self, scope: Construct, id_: str, *, env: Environment, zones: Sequence[str], provider: TerraformProvider
    ) -> None:
        super().__init__(scope, id_)
        self.key = environment_key(self, "Key", env=env, name="replica")
        # S3 delivers access logs within a region only.
        self.logs = LogBucket(
            self,
            "Logs",
            name=replica_bucket_name(env, "logs"),
            account_id=env.account_id,
            sources=physical_name(env, "*"),
            lifecycle=env.zones["logs"],
            disposable=env.may_delete("logs"),
        )
        self.zones = {zone: self._zone(env, zone) for zone in zones}
        _make_through(self, provider)

    def _zone(self, env: Environment, zone: str) -> LakeZone:
        return LakeZone(
            self,
            zone.capitalize(),
            name=replica_bucket_name(env, zone),
            key=self.key,
            lifecycle=env.zones[zone],
            logs=self.logs,
            disposable=env.may_delete(zone),
        )


def _make_through(scope: Construct, provider: TerraformProvider) -> None:
    """Here rather than by a parameter through every construct that a bucket is made of."""
    for part in scope.node.find_all():
        if isinstance(part, TerraformResource | TerraformDataSource):
            part.provider = provider
