import pytest

from config.front_door import FrontDoorDomain, FrontDoorSize, WebFirewall

POOL = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_a"
CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/1"


def test_production_asks_for_signed_requests_and_has_a_firewall() -> None:
    size = FrontDoorSize()
    assert size.authorization == "iam"
    assert size.firewall is not None


@pytest.mark.parametrize(("pools", "scopes"), [((), ()), ((POOL,), ()), ((), ("events/write",))])
def test_tokens_need_a_pool_and_a_scope(pools: tuple[str, ...], scopes: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="'jwt' needs both"):
        FrontDoorSize(authorization="jwt", user_pools=pools, scopes=scopes)


def test_pools_and_scopes_mean_nothing_without_tokens() -> None:
    with pytest.raises(ValueError, match="the others take neither"):
        FrontDoorSize(authorization="iam", user_pools=(POOL,), scopes=("events/write",))


def test_callers_are_let_in_by_signature_only() -> None:
    with pytest.raises(ValueError, match="callers are for authorization 'iam'"):
        FrontDoorSize(authorization="api_key", callers=("arn:aws:iam::123456789012:role/shop",))


@pytest.mark.parametrize("caller", ["*", "shop", "arn:aws:iam::123456789012:root", "arn:aws:iam::1:role/shop"])
def test_a_caller_is_one_role_or_user(caller: str) -> None:
    with pytest.raises(ValueError, match="expected ARNs of IAM roles or users"):
        FrontDoorSize(callers=(caller,))


@pytest.mark.parametrize("clients", [(), ("shop", "shop")])
def test_each_client_is_named_once_and_there_is_one(clients: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="name each client once, and one at least"):
        FrontDoorSize(clients=clients)


def test_a_burst_beyond_what_aws_gives_an_account_is_refused() -> None:
    with pytest.raises(ValueError, match="burst is 5001; AWS allows 1 to 5000"):
        FrontDoorSize(burst=5_001)


def test_a_rate_that_waf_does_not_count_is_refused() -> None:
    with pytest.raises(ValueError, match="requests_per_five_minutes is 9; AWS allows 10 to"):
        WebFirewall(requests_per_five_minutes=9)


def test_a_domain_is_a_host_with_a_certificate() -> None:
    assert FrontDoorDomain(name="events.example.com", certificate_arn=CERTIFICATE).name == "events.example.com"
    with pytest.raises(ValueError, match=r"a host such as events\.example\.com"):
        FrontDoorDomain(name="https://events.example.com", certificate_arn=CERTIFICATE)
