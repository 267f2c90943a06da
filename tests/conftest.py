"""Shared by all tests."""

import stacks  # noqa: F401  first: it makes the provider's import cheap

# isort: split
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from config import Environment

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@pytest.fixture
def env() -> Environment:
    """A small environment with production's defaults."""
    return Environment(name="test", account_id="123456789012")


@pytest.fixture(scope="session")
def platform_contracts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The contracts as they are shipped beside the jobs, importable as there."""
    from tests.support.job_session import shipped_contracts  # noqa: PLC0415  Spark is for those who ask for it

    parent = tmp_path_factory.mktemp("shipped")
    sys.path.insert(0, str(parent))
    yield shipped_contracts(parent)
    sys.path.remove(str(parent))


@pytest.fixture(scope="session")
def spark(platform_contracts: Path) -> Iterator["SparkSession"]:
    """The one session of a process."""
    from tests.support.job_session import small_session  # noqa: PLC0415

    assert platform_contracts.is_dir()
    session = small_session()
    yield session
    session.stop()
