"""Files of sources that nobody has described yet: looked at, so that somebody can."""

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.iam_role import IamRole

from config import Environment
from config.naming import physical_name
from config.source import UNREGISTERED_PREFIX
from constructs import Construct
from constructs.crawler import LOGS, Crawler
from constructs.data_lake import DataLake
from constructs.encryption_key import environment_key
from constructs.lake_zone import LakeZone


class DiscoveryLayer(Construct):
    """A crawler over ``unregistered/`` of ``bronze``. ``readers``, who read there anyway, see what it found."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        env: Environment,
        bronze: LakeZone,
        lake: DataLake,
        readers: Sequence[IamRole],
    ) -> None:
        super().__init__(scope, id_)
        key = environment_key(self, "Key", env=env, name="discovery", for_logs=f"{LOGS}{physical_name(env)}")
        self.crawler = Crawler(
            self,
            "Unregistered",
            env=env,
            name="unregistered",
            zone=bronze,
            prefix=UNREGISTERED_PREFIX,
            lake=lake,
            key=key,
        )
        for reader in readers:
            self.crawler.grant_look(reader)
