"""The operational store of an environment: which engine, how large, how safe.

Prices are USD a month (730 hours) in us-east-1; the standby of ``multi_az`` doubles machine and storage.
"""

import re
from dataclasses import dataclass
from typing import Literal

Engine = Literal["mysql", "postgres"]

# Versions under AWS's standard support. A machine that stays on one beyond it goes on running, and costs 0.10 more per
# vCPU and hour. MySQL 8.0 went out of it on 31 July 2026.
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/MySQL.Concepts.VersionMgmt.html
# https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html
VERSIONS: dict[Engine, tuple[str, ...]] = {"mysql": ("8.4",), "postgres": ("16", "17")}
PORTS: dict[Engine, int] = {"mysql": 3306, "postgres": 5432}
# MySQL's audit log would take a plugin, and its general log holds every statement.
LOG_EXPORTS: dict[Engine, tuple[str, ...]] = {"mysql": ("error", "slowquery"), "postgres": ("postgresql", "upgrade")}
# Kind of machine -> its oldest generation that is not a previous one.
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Types.html
OLDEST_GENERATION = {"t": 3, "m": 5, "r": 5, "x": 2}
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DatabaseInsights.Engines.html
TOO_SMALL_FOR_INSIGHTS: dict[Engine, tuple[str, ...]] = {
    "mysql": ("db.t3.micro", "db.t3.small", "db.t4g.micro", "db.t4g.small"),
    "postgres": (),
}
INSIGHTS_DAYS = (7, *(31 * months for months in range(1, 24)), 731)
MONITORING_SECONDS = (0, 1, 5, 10, 15, 30, 60)
LEAST_STORAGE_GB, MOST_STORAGE_GB = 20, 65_536


@dataclass(frozen=True, kw_only=True)
class DatabaseSize:
    """One database server: 246 for db.m7g.large with its standby, and 0.23 per GB, 23 for 100 GB.

    ``version`` is the major one: minor ones come by themselves, in the maintenance window.
    ``storage_gb`` can only grow, and does so by itself up to ``max_storage_gb``.
    ``multi_az`` keeps a standby in another zone, which takes over within one or two minutes.
    ``backup_days`` is how far back the database can be set, to any second; copies beyond the size of the storage cost
    0.095 per GB.
    ``monitoring_seconds`` is the interval of the machine's own figures (0: none), billed as log lines.
    ``insights_days`` is how long the load by statement is kept: 7 cost nothing, None looks at no load. The smallest
    machines cannot have it under MySQL.
    ``change_capture`` writes the log of changes the way DMS reads it. See `parameter_group` for what remains to do.
    """

    engine: Engine = "postgres"
    version: str = "17"
    instance_class: str = "db.m7g.large"
    storage_gb: int = 100
    max_storage_gb: int = 1_000
    multi_az: bool = True
    backup_days: int = 14
    monitoring_seconds: int = 60
    insights_days: int | None = 7
    change_capture: bool = False

    def __post_init__(self) -> None:
        self._check_engine()
        _check_class(self.instance_class)
        self._check_storage()
        # None at all would also end MySQL's log of changes.
        if not 1 <= self.backup_days <= 35:
            raise ValueError(f"database.backup_days is {self.backup_days}; use 1 to 35")
        if self.monitoring_seconds not in MONITORING_SECONDS:
            raise ValueError(
                f"database.monitoring_seconds is {self.monitoring_seconds}; AWS allows {MONITORING_SECONDS}"
            )
        self._check_insights()

    @property
    def family(self) -> str:
        """What AWS calls the kind of its parameters."""
        return f"{self.engine}{self.version}"

    @property
    def port(self) -> int:
        return PORTS[self.engine]

    @property
    def log_exports(self) -> tuple[str, ...]:
        """The logs that go to CloudWatch, as RDS names them."""
        return LOG_EXPORTS[self.engine]

    def _check_engine(self) -> None:
        if self.engine not in VERSIONS:
            raise ValueError(f"database.engine {self.engine!r} is none of {tuple(VERSIONS)}")
        known = VERSIONS[self.engine]
        if self.version not in known:
            raise ValueError(
                f"database.version {self.version!r} of {self.engine} is none of {known}, which AWS supports at no "
                "surcharge; name the major version only"
            )

    def _check_storage(self) -> None:
        if not LEAST_STORAGE_GB <= self.storage_gb <= MOST_STORAGE_GB:
            raise ValueError(
                f"database.storage_gb is {self.storage_gb}; AWS allows {LEAST_STORAGE_GB} to {MOST_STORAGE_GB}"
            )
        # Where AWS would refuse less.
        least = -(-self.storage_gb * 11 // 10)
        if not least <= self.max_storage_gb <= MOST_STORAGE_GB:
            raise ValueError(
                f"database.max_storage_gb is {self.max_storage_gb}; use {least} (a tenth more than storage_gb) to "
                f"{MOST_STORAGE_GB}"
            )

    def _check_insights(self) -> None:
        if self.insights_days is None:
            return
        if self.insights_days not in INSIGHTS_DAYS:
            raise ValueError(f"database.insights_days is {self.insights_days}; AWS allows None or {INSIGHTS_DAYS}")
        if self.instance_class in TOO_SMALL_FOR_INSIGHTS[self.engine]:
            raise ValueError(
                f"database.insights_days is {self.insights_days}, but {self.instance_class} is too small for it under "
                f"{self.engine}; use None, or db.t4g.medium and up"
            )


def _check_class(instance_class: str) -> None:
    found = re.fullmatch(r"db\.([a-z]+)(\d+)[a-z]*\.\w+", instance_class)
    if not found or found[1] not in OLDEST_GENERATION:
        kinds = ", ".join(OLDEST_GENERATION)
        raise ValueError(f"database.instance_class {instance_class!r} is none such as db.m7g.large; kinds are {kinds}")
    oldest = OLDEST_GENERATION[found[1]]
    if int(found[2]) < oldest:
        raise ValueError(
            f"database.instance_class {instance_class!r} is of a previous generation; use db.{found[1]}{oldest} or "
            "later"
        )
