"""Which zones of the lake are copied to a second region."""

import re
from dataclasses import dataclass

# The others can be made again, are kept for days, or are a record of this region alone.
REPLICABLE = ("bronze", "silver", "gold", "quarantine", "scripts")


@dataclass(frozen=True, kw_only=True)
class Replication:
    """S3 copies every object that ``zones`` get from then on; older ones take a Batch Replication job, once.

    It costs the copies' storage, about 0.02 per GB between the regions, and a write request per object.
    ``within_15_minutes`` adds 0.015 per GB for S3's promise of that time (Replication Time Control); without it most
    objects arrive as soon, but nobody promises.
    """

    region: str = "eu-central-1"
    zones: tuple[str, ...] = ("bronze", "silver", "gold", "quarantine")
    within_15_minutes: bool = False

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", self.region):
            raise ValueError(f"replication.region {self.region!r} is not a region such as eu-central-1")
        if not self.zones or len(set(self.zones)) < len(self.zones) or set(self.zones) - set(REPLICABLE):
            raise ValueError(
                f"replication.zones is {self.zones}; name each once, of: {', '.join(REPLICABLE)}. "
                "To copy nothing set replication to None"
            )

    def check(self, place: str, *, region: str) -> None:
        """Raise if the copies would be lost together with what they are copies of."""
        if self.region == region:
            raise ValueError(f"{place}: replication.region is {region}, its own region; name another one")
