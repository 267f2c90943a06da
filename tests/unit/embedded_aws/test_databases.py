import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

Client = Callable[[str], Any]
SIZE = {"Engine": "mysql", "DBInstanceClass": "db.t4g.micro", "AllocatedStorage": 20, "MasterUsername": "storekeeper"}


@pytest.fixture
def rds(client: Client) -> Any:
    return client("rds")


@pytest.fixture
def make(rds: Any) -> Iterator[Callable[..., Any]]:
    made: list[str] = []

    def create(name: str, **more: Any) -> Any:
        made.append(name)
        return rds.create_db_instance(DBInstanceIdentifier=name, **(SIZE | more))["DBInstance"]

    yield create
    for name in made:
        rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)


def test_each_database_is_found_by_its_own_resource_id(rds: Any, make: Callable[..., Any]) -> None:
    ids = [make(name, MasterUserPassword="0123456789")["DbiResourceId"] for name in ("one", "two")]

    filters = [{"Name": "dbi-resource-id", "Values": [ids[1]]}]
    found = rds.describe_db_instances(Filters=filters)["DBInstances"]
    assert [database["DBInstanceIdentifier"] for database in found] == ["two"]


def test_a_database_has_the_certificate_authority_that_aws_gives(make: Callable[..., Any]) -> None:
    assert make("given", MasterUserPassword="0123456789")["CACertificateIdentifier"] == "rds-ca-rsa2048-g1"
    chosen = make("chosen", MasterUserPassword="0123456789", CACertificateIdentifier="rds-ca-ecc384-g1")
    assert chosen["CACertificateIdentifier"] == "rds-ca-ecc384-g1"


def test_performance_insights_are_kept_and_can_be_switched_on_later(rds: Any, make: Callable[..., Any]) -> None:
    insights = {"EnablePerformanceInsights": True, "PerformanceInsightsRetentionPeriod": 7}
    key = "arn:aws:kms:eu-west-1:123456789012:key/one"
    watched = make("watched", MasterUserPassword="0123456789", PerformanceInsightsKMSKeyId=key, **insights)
    assert watched["PerformanceInsightsEnabled"] is True
    assert watched["PerformanceInsightsKMSKeyId"] == key
    assert watched["PerformanceInsightsRetentionPeriod"] == 7

    assert make("later", MasterUserPassword="0123456789")["PerformanceInsightsEnabled"] is False
    changed = rds.modify_db_instance(DBInstanceIdentifier="later", **insights)["DBInstance"]
    assert changed["PerformanceInsightsEnabled"] is True


def test_parameters_that_were_set_are_read_back_as_the_users(rds: Any) -> None:
    rds.create_db_parameter_group(DBParameterGroupName="p", DBParameterGroupFamily="mysql8.4", Description="d")
    parameter = {"ParameterName": "slow_query_log", "ParameterValue": "1", "ApplyMethod": "pending-reboot"}
    rds.modify_db_parameter_group(DBParameterGroupName="p", Parameters=[parameter])

    assert rds.describe_db_parameters(DBParameterGroupName="p")["Parameters"] == [parameter | {"Source": "user"}]


def test_a_managed_secret_holds_the_owner_and_a_password_of_its_own(client: Client, make: Callable[..., Any]) -> None:
    found = []
    for name in ("first", "second"):
        arn = make(name, ManageMasterUserPassword=True)["MasterUserSecret"]["SecretArn"]
        text = client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
        found.append(json.loads(text))

    assert [secret["username"] for secret in found] == ["storekeeper", "storekeeper"]
    assert len({secret["password"] for secret in found}) == 2
