"""What `make bench` fails for."""

import pytest

from bench.__main__ import broken_promises

SYNTHESIS = {"identical_output": True, "ratio": 3.2}
ORDERS = {"same_rows": True, "growth_is_as_promised": True, "slowdown_is_as_promised": True, "ratio": 0.5}


def test_what_was_not_measured_is_not_judged() -> None:
    assert broken_promises({}) == []
    assert broken_promises({"synth_time": SYNTHESIS, "spark_orders": ORDERS}) == []


@pytest.mark.parametrize("change", [{"ratio": 2.9}, {"identical_output": False}])
def test_synthesis_is_to_be_the_same_and_fast(change: dict[str, object]) -> None:
    assert broken_promises({"synth_time": SYNTHESIS | change}) == [
        "synthesis must give the same output 3 times as fast"
    ]


@pytest.mark.parametrize("name", ["same_rows", "growth_is_as_promised", "slowdown_is_as_promised"])
def test_each_promise_of_the_jobs_counts(name: str) -> None:
    (found,) = broken_promises({"spark_orders": ORDERS | {name: False}})
    assert found.startswith("spark_orders: ")
