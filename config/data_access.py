"""Who may see what of the lake, as plain data: one tier for each kind of reader, and who governs them all."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

Sensitivity = Literal["none", "token", "personal"]

PERMISSION_SET = re.compile(r"[\w+=,.@-]{1,32}")
NAME = re.compile(r"[a-z][a-z0-9-]{1,20}")


@dataclass(frozen=True, kw_only=True)
class Tier:
    """One kind of reader, with a role and an Athena workgroup of its own, both called ``ecommerce-<env>-<name>``.

    ``tables`` says by zone which columns it may select, by their sensitivity. ``files`` and ``writes`` name zones whose
    objects it may read, or put, without SQL. Either people have the role, who sign in through the IAM Identity Center
    with one of these ``permission_sets``, or one AWS ``service``.
    """

    name: str
    tables: Mapping[str, frozenset[Sensitivity]]
    files: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    permission_sets: tuple[str, ...] = ()
    service: str | None = None

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise ValueError(f"tier {self.name!r}: a name has 2 to 21 small letters, digits or dashes")
        if bool(self.permission_sets) == bool(self.service):
            raise ValueError(f"tier {self.name}: name either permission_sets (people) or a service, not both or none")
        for permission_set in self.permission_sets:
            if not PERMISSION_SET.fullmatch(permission_set):
                raise ValueError(
                    f"tier {self.name}: permission set {permission_set!r} cannot be; the Identity Center allows "
                    "1 to 32 letters, digits or _+=,.@-"
                )
        if self.service and not self.service.endswith(".amazonaws.com"):
            raise ValueError(f"tier {self.name}: service {self.service!r} cannot be; it ends in .amazonaws.com")
        known = set(get_args(Sensitivity))
        for zone, sensitivities in self.tables.items():
            if not sensitivities or sensitivities - known:
                raise ValueError(
                    f"tier {self.name}: tables of {zone} with {sorted(sensitivities)}; there are: {sorted(known)}"
                )


ANALYSTS = Tier(
    name="analysts",
    tables=MappingProxyType({"silver": frozenset({"none"}), "gold": frozenset({"none"})}),
    permission_sets=("Analyst",),
)
# Whoever repairs the flow reads what came in anyway: raw in bronze, and in quarantine what no rule recognised.
ENGINEERS = Tier(
    name="engineers",
    tables=MappingProxyType(
        {
            "silver": frozenset({"none", "token"}),
            "gold": frozenset({"none", "token"}),
            "quarantine": frozenset({"none", "token", "personal"}),
        }
    ),
    files=frozenset({"bronze", "scripts"}),
    writes=frozenset({"scripts"}),
    permission_sets=("DataEngineer",),
)
DASHBOARDS = Tier(
    name="dashboards",
    tables=MappingProxyType({"silver": frozenset({"none"}), "gold": frozenset({"none"})}),
    service="quicksight.amazonaws.com",
)


@dataclass(frozen=True, kw_only=True)
class DataAccess:
    """The tiers of an environment, and the roles that govern the lake, by the last part of ``ecommerce-<env>-<part>``.

    ``administrators`` may grant everything and are who must deploy; ``onlookers`` see every grant and every table's
    columns but no data: whoever plans must. All of these roles exist before the first deployment.
    """

    tiers: tuple[Tier, ...] = (ANALYSTS, ENGINEERS, DASHBOARDS)
    administrators: tuple[str, ...] = ("deploy",)
    onlookers: tuple[str, ...] = ("plan",)

    def __post_init__(self) -> None:
        if not self.administrators:
            raise ValueError("data access without administrators: nobody could ever grant anything; name a role")
        names = [tier.name for tier in self.tiers]
        if len(set(names)) < len(names):
            raise ValueError(f"data access has two tiers of one name in {names}; each has a role of its own")
