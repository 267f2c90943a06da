"""The shop's expectations and the function's judgement agree, record by record."""

import base64
import importlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from contracts import load_contracts, runtime_document
from local.shop.bad_records import FAULTS, Fault, bad_record
from local.shop.order_record import Document, Record
from local.shop.shop_day import generate
from local.shop.visits import with_visits

FUNCTION = Path(__file__).parents[3] / "lambda_src"
ARRIVAL = 1_750_000_000.0  # June 2025, after the generated day
KEY = b"k" * 64
GOOD: Document = {
    "event_id": "order_placed-1",
    "event_type": "order_placed",
    "schema_version": "1.0",
    "occurred_at": "2024-11-29T10:00:00.000Z",
    "order_id": "1",
    "currency": "GBP",
    "country": "United Kingdom",
    "customer": None,
    "total": "5.10",
    "items": [{"stock_code": "20001", "description": "MUG", "quantity": 2, "unit_price": "2.55"}],
}


@pytest.fixture(scope="module")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The contracts as they are packed beside the function's code, which is importable meanwhile."""
    folder = tmp_path_factory.mktemp("contracts")
    for name, contract in load_contracts().items():
        (folder / f"{name}.json").write_bytes(runtime_document(contract))
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FUNCTION))
        yield importlib.import_module("etl_processor.datasets").load_contracts(folder)


@pytest.fixture(scope="module")
def quarantined(packaged: Any) -> Callable[[Sequence[Record]], dict[str, int]]:
    """How many of these records the function sets aside, by reason."""
    processor = importlib.import_module("etl_processor.batch").BatchProcessor(packaged, KEY)

    def count(records: Sequence[Record]) -> dict[str, int]:
        event = {"Records": [_delivered(record, place) for place, record in enumerate(records)]}
        return dict(processor.process(event).quarantined)

    return count


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_set_aside_with_its_reason(fault: Fault, quarantined: Any) -> None:
    assert quarantined([bad_record(dict(GOOD), fault)]) == {fault.reason: 1}


def test_a_generated_day_is_judged_as_it_expects(quarantined: Any) -> None:
    records = list(generate(2_000, bad_share=0.1))
    expected = Counter(record.expected_reason for record in records if record.expected_reason)
    assert quarantined(records) == expected


def test_a_day_with_its_visits_is_judged_as_it_expects(quarantined: Any) -> None:
    records = list(with_visits(generate(300, bad_share=0.1), bad_share=0.1))
    expected = Counter(record.expected_reason for record in records if record.expected_reason)
    assert len(expected) > 12
    assert quarantined(records) == expected


def test_the_quarantine_names_bad_records_as_the_ledger_does(packaged: Any) -> None:
    tokens = importlib.import_module("shared.tokens").Tokens(KEY)
    rows = importlib.import_module("shared.quarantine_rows").QuarantineRows(packaged.event("order_event"), tokens)
    for fault in FAULTS:
        record = bad_record(dict(GOOD), fault)
        assert rows.record_id(record.data) == record.identity, fault.name


def _delivered(record: Record, place: int) -> dict[str, Any]:
    kinesis = {
        "data": base64.b64encode(record.data).decode(),
        "sequenceNumber": f"{place:056d}",
        "approximateArrivalTimestamp": ARRIVAL,
    }
    return {"eventID": f"shardId-000000000000:{place:056d}", "kinesis": kinesis}
