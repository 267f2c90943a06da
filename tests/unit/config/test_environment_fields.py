import pytest

from config import ENVIRONMENTS, Environment, EventStreamSize, FunctionSize, environment
from config.naming import bucket_name, database_name, event_stream_name, function_name, stack_name


def test_each_environment_is_found_by_its_name() -> None:
    assert {env.name for env in ENVIRONMENTS} >= {"local", "dev", "staging", "prod"}
    assert all(environment(env.name) is env for env in ENVIRONMENTS)


def test_an_unknown_environment_is_refused_with_the_ones_there_are() -> None:
    with pytest.raises(ValueError, match="no environment 'qa'; there are: local, dev"):
        environment("qa")


def test_only_the_local_environment_has_an_emulator_and_prod_is_never_disposable() -> None:
    assert [env.name for env in ENVIRONMENTS if env.emulator_endpoint] == ["local"]
    assert {env.name for env in ENVIRONMENTS if env.disposable or env.deletable} == {"local", "dev"}


@pytest.mark.parametrize(
    ("disposable", "deletable", "may"),
    [
        (False, frozenset[str](), False),
        (True, frozenset[str](), False),
        (False, frozenset({"silver"}), False),
        (True, frozenset({"silver"}), True),
    ],
)
def test_deleting_data_takes_two_keys(disposable: bool, deletable: frozenset[str], may: bool) -> None:
    env = Environment(name="test", account_id="1" * 12, disposable=disposable, deletable=deletable)
    assert env.may_delete("silver") is may
    assert not env.may_delete("gold")


def test_names_are_made_in_one_place(env: Environment) -> None:
    assert stack_name(env) == "ecommerce-test"
    assert bucket_name(env, "silver") == "ecommerce-test-silver-123456789012"
    assert database_name(env, "silver") == "ecommerce_test_silver"
    assert event_stream_name(env) == "ecommerce-test-events"
    assert function_name(env, "etl_processor") == "ecommerce-test-etl-processor"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: EventStreamSize(shards=0), "shards is 0"),
        (lambda: EventStreamSize(retention_hours=24), "retention_hours is 24; use 168"),
        (lambda: FunctionSize(memory_mb=64), "memory_mb is 64; AWS allows 128 to 10240"),
        (lambda: FunctionSize(retry_attempts=-1), "retry_attempts is -1"),
        (lambda: Environment(name="Prod!", account_id="1" * 12), "a name has 2 to 12"),
        (lambda: Environment(name="prod", account_id="12"), "is not 12 digits"),
        (lambda: Environment(name="prod", account_id="1" * 12, log_keep_days=100), "log_keep_days 100 is none of"),
        (lambda: Environment(name="prod", account_id="1" * 12, deletable=frozenset({"silber"})), "there are: .'athena"),
        (lambda: Environment(name="prod", account_id="1" * 12, event_years=(2030, 2025)), "is not .first, last."),
        (
            lambda: Environment(
                name="prod", account_id="1" * 12, etl_processor=FunctionSize(record_age_seconds=604_800)
            ),
            "must stay below the stream's retention",
        ),
    ],
)
def test_a_value_aws_or_the_promises_forbid_is_refused_where_it_is_set(make: object, message: str) -> None:
    assert callable(make)
    with pytest.raises(ValueError, match=message):
        make()
