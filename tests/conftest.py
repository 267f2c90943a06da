"""Shared by all tests."""

import stacks  # noqa: F401  first: it makes the provider's import cheap

# isort: split
import pytest

from config import Environment


@pytest.fixture
def env() -> Environment:
    """A small environment with production's defaults."""
    return Environment(name="test", account_id="123456789012")
