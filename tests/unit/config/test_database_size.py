import pytest

from config.database_size import DatabaseSize


def test_production_has_a_standby_and_two_weeks_to_go_back() -> None:
    size = DatabaseSize()
    assert size.multi_az
    assert size.backup_days == 14
    assert size.insights_days == 7


@pytest.mark.parametrize(
    ("size", "family", "port", "logs"),
    [
        (DatabaseSize(), "postgres17", 5432, ("postgresql", "upgrade")),
        (DatabaseSize(engine="mysql", version="8.4"), "mysql8.4", 3306, ("error", "slowquery")),
    ],
)
def test_family_port_and_logs_follow_from_the_engine(
    size: DatabaseSize, family: str, port: int, logs: tuple[str, ...]
) -> None:
    assert (size.family, size.port, size.log_exports) == (family, port, logs)


def test_only_mysql_is_too_much_for_insights_on_the_smallest_machines() -> None:
    small = DatabaseSize(instance_class="db.t4g.micro")
    assert small.insights_days == 7
    without = DatabaseSize(engine="mysql", version="8.4", instance_class="db.t4g.micro", insights_days=None)
    assert without.insights_days is None


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: DatabaseSize(engine="oracle"), "database.engine 'oracle' is none of"),  # type: ignore[arg-type]
        (lambda: DatabaseSize(engine="mysql"), r"database.version '17' of mysql is none of \('8.4',\)"),
        (lambda: DatabaseSize(engine="mysql", version="8.0"), "supports at no surcharge; name the major version only"),
        (lambda: DatabaseSize(version="17.6"), "database.version '17.6' of postgres is none of"),
        (lambda: DatabaseSize(instance_class="m7g.large"), "is none such as db.m7g.large; kinds are t, m, r, x"),
        (lambda: DatabaseSize(instance_class="db.m4.large"), "is of a previous generation; use db.m5 or later"),
        (lambda: DatabaseSize(instance_class="db.t2.micro"), "is of a previous generation; use db.t3 or later"),
        (lambda: DatabaseSize(storage_gb=5), "database.storage_gb is 5; AWS allows 20 to 65536"),
        (lambda: DatabaseSize(storage_gb=100, max_storage_gb=109), "max_storage_gb is 109; use 110 .a tenth more"),
        (lambda: DatabaseSize(max_storage_gb=70_000), "database.max_storage_gb is 70000"),
        (lambda: DatabaseSize(backup_days=0), "database.backup_days is 0; use 1 to 35"),
        (lambda: DatabaseSize(backup_days=36), "database.backup_days is 36; use 1 to 35"),
        (lambda: DatabaseSize(monitoring_seconds=20), "database.monitoring_seconds is 20; AWS allows"),
        (lambda: DatabaseSize(insights_days=30), "database.insights_days is 30; AWS allows None or"),
        (
            lambda: DatabaseSize(engine="mysql", version="8.4", instance_class="db.t3.small"),
            "db.t3.small is too small for it under mysql; use None, or db.t4g.medium and up",
        ),
    ],
)
def test_a_database_that_cannot_be_is_refused_where_it_is_set(make: object, message: str) -> None:
    assert callable(make)
    with pytest.raises(ValueError, match=message):
        make()
