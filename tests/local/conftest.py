"""One embedded AWS for all local tests, with ``ecommerce-local`` deployed to it by real Terraform."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local.demo.platform import Platform, deploy
from local.demo.run import run
from local.deployment.provider_mirror import terraform_environment
from local.embedded_aws import down, environment
from local.report.demo_report import DemoReport
from local.shop_database.scripts import scripts_in
from tests.support.terraform import Terraform
from tests.support.three_days import source

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from tests.support.real_gold import TwoDeliveries

THREE_DAYS = ("2010-12-01", "2011-01-05", "2011-03-01")


# Of the files that share the platform: these look at all there is in the lake, so nothing else may lie there yet;
FIRST = ("test_deployment", "test_orders_end_to_end", "test_jobs_end_to_end")
# and this one kills the embedded AWS, which then comes up at another address.
LAST = "test_recovery"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder takes minutes; ``make check`` leaves it out."""
    for item in items:
        if _is_local(item):
            item.add_marker(pytest.mark.local)
    items.sort(key=_place)


def _is_local(item: pytest.Item) -> bool:
    return Path(__file__).parent in item.path.parents


def _place(item: pytest.Item) -> int:
    """Its place among the files; within one, and among equals, tests keep the order in which they were found."""
    if not _is_local(item):
        return 0
    name = item.path.stem
    if name in FIRST:
        return 1 + FIRST.index(name)
    return 2 + len(FIRST) if name == LAST else 1 + len(FIRST)


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The deployed platform; ended after the last test."""
    work_dir = tmp_path_factory.mktemp("local")
    try:
        yield deploy(work_dir)
    finally:
        down(work_dir)


@pytest.fixture(scope="session")
def terraform(platform: Platform) -> Terraform:
    env, _ = terraform_environment(platform.work_dir)
    return Terraform(env | environment(platform.aws.endpoint))


@pytest.fixture(scope="session")
def by_day() -> Path:
    """The folder of all real orders."""
    folder = Path(os.environ.get("ECOMMERCE_DATA", "")) / "online_retail" / "by_day"
    if not folder.is_dir():
        pytest.fail(f"{folder} is not there; set ECOMMERCE_DATA to the folder that holds online_retail", pytrace=False)
    return folder.resolve()


@pytest.fixture(scope="session")
def all_orders(spark: "SparkSession", by_day: Path, tmp_path_factory: pytest.TempPathFactory) -> "TwoDeliveries":
    """All real orders, delivered in two times, in silver and gold as folders."""
    from tests.support.real_gold import two_deliveries  # noqa: PLC0415  only who asks for Spark waits for it

    return two_deliveries(spark, by_day, tmp_path_factory.mktemp("all_orders"))


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder in which the scripts of real databases lie."""
    folder = Path(os.environ.get("ECOMMERCE_DATA", ""))
    if not scripts_in(folder):
        pytest.fail(f"{folder} has no folder cdc_mysql; set ECOMMERCE_DATA to the one that does", pytrace=False)
    return folder


@pytest.fixture(scope="session")
def three_days(by_day: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three days of them."""
    folder = tmp_path_factory.mktemp("three_days")
    for day in THREE_DAYS:
        (folder / f"{day}.csv.gz").symlink_to(by_day / f"{day}.csv.gz")
    return folder


@pytest.fixture(scope="session")
def report(platform: Platform, three_days: Path) -> DemoReport:
    """What the first run says: three real days and bad records of every kind."""
    return run(source(three_days), work_dir=platform.work_dir)
