import io
import json
from typing import Any

import boto3
import pytest

from backfill.backfill import BackfillError
from backfill.emr_runs import EmrRuns
from backfill.glue_runs import GlueRuns
from backfill.local_runs import LocalRuns
from backfill.place import Place, place_of
from config import environment

EMULATED = "http://127.0.0.1:5000"


class FakeAws:
    """Clients of an account: who one is, and the definition of gold_etl in the scripts zone."""

    def __init__(self, account: str) -> None:
        self.account = account
        self.made = list[tuple[str, str]]()

    def client(self, service: str, *, region_name: str) -> Any:
        self.made.append((service, region_name))
        return self

    def get_caller_identity(self) -> Any:
        return {"Account": self.account}

    def get_object(self, **where: str) -> Any:
        assert where == {"Bucket": "ecommerce-prod-scripts-333333333333", "Key": "jobs/gold_etl.json"}
        return {"Body": io.BytesIO(json.dumps({"start": {"name": "ecommerce-prod-gold-etl"}}).encode())}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> FakeAws:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    fake = FakeAws("333333333333")
    monkeypatch.setattr(boto3, "client", fake.client)
    return fake


def test_on_aws_a_job_runs_on_the_engine_of_its_size(aws: FakeAws) -> None:
    place = place_of(environment("prod"))
    orders, gold = place.runs("order_etl"), place.runs("gold_etl")
    assert isinstance(orders, GlueRuns)
    assert orders.name == "ecommerce-prod-order-etl"
    assert isinstance(gold, EmrRuns)
    assert gold.request == {"name": "ecommerce-prod-gold-etl"}
    assert {region for _, region in aws.made} == {"eu-west-1"}


@pytest.mark.parametrize("endpoint", [None, EMULATED])
def test_local_runs_on_this_machine_whatever_the_caller_talks_to(
    aws: FakeAws, monkeypatch: pytest.MonkeyPatch, endpoint: str | None
) -> None:
    if endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    place = place_of(environment("local"))
    place.check_account()
    assert isinstance(place.runs("gold_etl"), LocalRuns)
    assert aws.made == []


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_an_emulated_aws_that_runs_nothing_is_not_asked_to(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", EMULATED)
    with pytest.raises(BackfillError, match=f"AWS_ENDPOINT_URL is {EMULATED}: .* unset it .* or take ENV=local"):
        place_of(environment(name))


def test_credentials_of_another_account_are_refused_by_name(aws: FakeAws) -> None:
    place_of(environment("prod")).check_account()
    aws.account = "999999999999"
    with pytest.raises(BackfillError, match="are of account 999999999999, prod is 333333333333: log in there"):
        place_of(environment("prod")).check_account()


def test_a_job_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(BackfillError, match="prod has no job 'orders'; it has: order_etl, crm_etl, cdc_merge"):
        Place(env=environment("prod"), is_here=False).runs("orders")
