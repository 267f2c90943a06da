"""The storage layer: one bucket per zone of the lake, and the key that encrypts them."""

from config import Environment
from config.naming import bucket_name, physical_name
from constructs import Construct
from constructs.encryption_key import EncryptionKey
from constructs.lake_zone import LakeZone


class StorageLayer(Construct):
    """The lake. ``bronze`` holds what came in, ``silver`` rows, ``gold`` answers, ``quarantine`` what was set aside."""

    def __init__(self, scope: Construct, id_: str, *, env: Environment) -> None:
        super().__init__(scope, id_)
        self._env = env
        self._key = EncryptionKey(
            self,
            "LakeKey",
            name=physical_name(env, "lake"),
            account_id=env.account_id,
            deletion_days=env.key_deletion_days,
            disposable=env.may_delete("keys"),
        )
        self.bronze = self._zone("bronze")
        self.silver = self._zone("silver")
        self.gold = self._zone("gold")
        self.quarantine = self._zone("quarantine")
        self.scripts = self._zone("scripts")
        self.athena_results = self._zone("athena-results")
        self.logs = self._zone("logs")

    def _zone(self, name: str) -> LakeZone:
        return LakeZone(
            self,
            "".join(part.capitalize() for part in name.split("-")),
            name=bucket_name(self._env, name),
            key=self._key,
            lifecycle=self._env.zones[name],
            disposable=self._env.may_delete(name),
        )
