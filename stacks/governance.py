"""The governance layer: who may see what of the lake, and that nobody sees more."""

from collections.abc import Iterable, Mapping

from config import Environment
from config.data_access import DataAccess, Tier
from config.naming import physical_name
from constructs import Construct
from constructs.access_role import AccessRole
from constructs.data_lake import DataLake
from constructs.governed_database import GovernedDatabase
from constructs.lake_database import LakeDatabase
from constructs.lake_zone import LakeZone
from constructs.query_workgroup import QueryWorkgroup
from contracts import SENSITIVITIES, Sensitivity


class GovernanceLayer(Construct):
    """A role for each tier of ``access``, with what its tier says and nothing else.

    ``zones`` are the lake's by name, ``databases`` theirs by the name of the zone. ``workgroups`` are those that exist
    by the name of the tier; the other tiers get one of their own, whose results lie in ``results``.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        env: Environment,
        access: DataAccess,
        zones: Mapping[str, LakeZone],
        databases: Mapping[str, LakeDatabase],
        workgroups: Mapping[str, QueryWorkgroup],
        results: LakeZone,
    ) -> None:
        super().__init__(scope, id_)
        self._env, self._zones, self._workgroups, self._results = env, zones, workgroups, results
        _check(access, zones, databases)
        parts = {zone: database.prefix for zone, database in databases.items() if database.prefix}
        by_sql = {zone for tier in access.tiers for zone in tier.tables} - set(parts)
        self.lake = DataLake(
            self,
            "Lake",
            name=physical_name(env, "lake"),
            place=(env.region, env.account_id),
            administrators=[_role_arn(env, part) for part in access.administrators],
            onlookers=[_role_arn(env, part) for part in access.onlookers],
            zones={name: zone for name, zone in zones.items() if name in by_sql},
            disposable=env.may_delete("catalogue"),
        )
        for zone, prefix in parts.items():
            self.lake.open_part(zone, zones[zone], prefix)
        self.databases = {
            zone: GovernedDatabase(self, zone.capitalize(), zone=zone, database=database, lake=self.lake)
            for zone, database in databases.items()
        }
        self.roles = {tier.name: self._admit(tier) for tier in access.tiers}

    def _admit(self, tier: Tier) -> AccessRole:
        reader = AccessRole(
            self,
            _pascal(tier.name),
            name=physical_name(self._env, tier.name),
            account_id=self._env.account_id,
            permission_sets=tier.permission_sets,
            service=tier.service,
        )
        self.lake.admit(reader.role)
        self._workgroup(tier).grant_query(reader.role)
        # Whoever reads a zone's files sees everything in them anyway.
        as_files: Mapping[str, Iterable[Sensitivity]] = dict.fromkeys(sorted(tier.files), SENSITIVITIES)
        for zone, sensitivities in {**as_files, **tier.tables}.items():
            if zone in self.databases:
                self.databases[zone].grant_select(reader.role, sensitivities)
        for zone in sorted(tier.files):
            self._zones[zone].grant_read(reader.role)
        for zone in sorted(tier.writes):
            self._zones[zone].grant_write(reader.role, "")
        return reader

    def _workgroup(self, tier: Tier) -> QueryWorkgroup:
        if tier.name in self._workgroups:
            return self._workgroups[tier.name]
        return QueryWorkgroup(
            self,
            f"{_pascal(tier.name)}Workgroup",
            name=physical_name(self._env, tier.name),
            results=self._results,
            scan_limit_gb=self._env.athena_scan_limit_gb,
            disposable=self._env.may_delete("athena-results"),
        )


def _check(access: DataAccess, zones: Mapping[str, LakeZone], databases: Mapping[str, LakeDatabase]) -> None:
    for tier in access.tiers:
        if unknown := {*tier.tables, *tier.files, *tier.writes} - set(zones):
            raise ValueError(f"tier {tier.name} names the zones {sorted(unknown)}; there are: {sorted(zones)}")
    if unknown := set(databases) - set(zones):
        raise ValueError(f"databases of the zones {sorted(unknown)}; there are: {sorted(zones)}")


def _role_arn(env: Environment, part: str) -> str:
    return f"arn:aws:iam::{env.account_id}:role/{physical_name(env, part)}"


def _pascal(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("-"))
