"""What `make bench` fails for."""

from typing import Any

import pytest

from bench import handler_throughput, results
from bench.__main__ import main
from bench.promises import broken_promises

HANDLER = {
    "ratio": 2.5,
    "large_batch": {"ratio": 2.5, "share_of_limit": 0.67},
    "all_records_stored": True,
    "peak_is_at_most_half": True,
}
MEASURED: dict[str, dict[str, Any]] = {
    "synth_time": {"identical_output": True, "ratio": 3.2},
    "handler_throughput": HANDLER,
    "validator_throughput": {
        "csv": {"same_counts": True, "seconds_for_1_gb": 160},
        "json_lines": {"same_counts": True, "seconds_for_1_gb": 52},
    },
    "spark_orders": {
        "same_rows": True,
        "growth_is_as_promised": True,
        "slowdown_is_as_promised": True,
        "ratio": 0.5,
    },
}


def test_what_was_not_measured_is_not_judged_and_what_is_as_promised_is_not_told() -> None:
    assert broken_promises({}) == []
    assert broken_promises(MEASURED) == []


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("synth_time", {"ratio": 2.9}),
        ("synth_time", {"identical_output": False}),
        ("handler_throughput", {"all_records_stored": False}),
        ("handler_throughput", {"peak_is_at_most_half": False}),
        ("handler_throughput", {"ratio": 2.2}),
        ("handler_throughput", {"ratio": float("nan")}),
        ("handler_throughput", {"large_batch": {"share_of_limit": 0.55}}),
        ("validator_throughput", {"csv": {"same_counts": False, "seconds_for_1_gb": 160}}),
        ("validator_throughput", {"json_lines": {"same_counts": False, "seconds_for_1_gb": 52}}),
        ("validator_throughput", {"csv": {"same_counts": True, "seconds_for_1_gb": 620}}),
        ("validator_throughput", {"json_lines": {"same_counts": True, "seconds_for_1_gb": 620}}),
        ("spark_orders", {"same_rows": False}),
        ("spark_orders", {"growth_is_as_promised": False}),
        ("spark_orders", {"slowdown_is_as_promised": False}),
    ],
)
def test_each_promise_counts_by_itself(name: str, change: dict[str, Any]) -> None:
    (found,) = broken_promises({name: MEASURED[name] | change})
    assert found.startswith(f"{name}: ")


def test_what_is_promised_of_the_handler_is_told_together() -> None:
    worst = HANDLER | {
        "ratio": 0.5,
        "large_batch": {"share_of_limit": 0.1},
        "all_records_stored": False,
        "peak_is_at_most_half": False,
    }
    assert len(broken_promises({"handler_throughput": worst})) == 4


@pytest.mark.parametrize(("ratio", "code"), [(2.5, 0), (0.5, 1)])
def test_a_promise_that_was_not_kept_ends_in_an_error_and_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], ratio: float, code: int
) -> None:
    monkeypatch.setattr(handler_throughput, "measure", lambda **_: HANDLER | {"ratio": ratio})
    monkeypatch.setattr(results, "write", lambda *_: None)
    assert main(["handler_throughput"]) == code
    assert ("must be 2.3 times as fast as pandas" in capsys.readouterr().err) == bool(code)
