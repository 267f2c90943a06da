"""How the front door is sized: who may call it, how often, and what stands before it."""

import re
from dataclasses import dataclass, field
from typing import Literal

from config.function_machine import within

Authorization = Literal["api_key", "iam", "jwt"]

CLIENT = re.compile(r"[a-z][a-z0-9-]{0,30}")
CALLER = re.compile(r"arn:aws:iam::\d{12}:(role|user)/[\w+=,.@/-]+")
USER_POOL = re.compile(r"arn:aws:cognito-idp:[a-z0-9-]+:\d{12}:userpool/[\w-]+")
CERTIFICATE = re.compile(r"arn:aws:acm:[a-z0-9-]+:\d{12}:certificate/[\w-]+")
HOST = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")


@dataclass(frozen=True, kw_only=True)
class WebFirewall:
    """The web ACL. ``requests_per_five_minutes`` is for each address: a shop's servers come from few."""

    requests_per_five_minutes: int = 750_000

    def __post_init__(self) -> None:
        within("front_door.firewall.requests_per_five_minutes", self.requests_per_five_minutes, 10, 2_000_000_000)


@dataclass(frozen=True, kw_only=True)
class FrontDoorDomain:
    """A name of your own with its certificate in ACM, in the same region: TLS 1.2 at least, AWS's own name is shut."""

    name: str
    certificate_arn: str

    def __post_init__(self) -> None:
        _matching("front_door.domain.name", (self.name,), HOST, "a host such as events.example.com")
        _matching("front_door.domain.certificate_arn", (self.certificate_arn,), CERTIFICATE, "an ACM certificate's ARN")


@dataclass(frozen=True, kw_only=True)
class FrontDoorSize:
    """Each of ``clients`` gets an API key, which throttles and counts it; ``authorization`` says who may call at all.

    ``iam``: requests are signed; ``callers`` (ARNs) are let in, without them the account's own IAM policies decide.
    ``jwt``: access tokens of ``user_pools`` (Cognito) with one of ``scopes``. ``api_key``: whoever has a key.
    ``requests_per_second`` and ``burst`` hold for the whole door and for each client, ``requests_per_day`` for each.
    ``sets_account_role``: whether this stack sets the role by which API Gateway logs, one per account and region.
    """

    authorization: Authorization = "iam"
    clients: tuple[str, ...] = ("shop",)
    callers: tuple[str, ...] = ()
    user_pools: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    # The busiest second of 10 million events a day is 2,315, if each comes alone.
    requests_per_second: int = 2_500
    burst: int = 5_000
    requests_per_day: int | None = 20_000_000
    domain: FrontDoorDomain | None = None
    firewall: WebFirewall | None = field(default_factory=WebFirewall)
    sets_account_role: bool = True

    def __post_init__(self) -> None:
        within("front_door.requests_per_second", self.requests_per_second, 1, 10_000)
        within("front_door.burst", self.burst, 1, 5_000)
        if self.requests_per_day is not None:
            within("front_door.requests_per_day", self.requests_per_day, 1, 2_000_000_000)
        if not self.clients or len(set(self.clients)) != len(self.clients):
            raise ValueError(f"front_door.clients is {self.clients}; name each client once, and one at least")
        _matching("front_door.clients", self.clients, CLIENT, "small letters, digits and dashes, 31 at most")
        _matching("front_door.callers", self.callers, CALLER, "ARNs of IAM roles or users")
        _matching("front_door.user_pools", self.user_pools, USER_POOL, "ARNs of Cognito user pools")
        self._check_authorization()

    def _check_authorization(self) -> None:
        if self.callers and self.authorization != "iam":
            raise ValueError(f"front_door.callers are for authorization 'iam', not {self.authorization!r}")
        if (self.authorization == "jwt") != bool(self.user_pools and self.scopes):
            raise ValueError(
                f"front_door.authorization is {self.authorization!r} with user_pools {self.user_pools} and scopes "
                f"{self.scopes}; 'jwt' needs both, or any token of the pool opens the door; the others take neither"
            )


def _matching(name: str, values: tuple[str, ...], pattern: re.Pattern[str], expected: str) -> None:
    if wrong := [value for value in values if not pattern.fullmatch(value)]:
        raise ValueError(f"{name} has {wrong}; expected {expected}")
