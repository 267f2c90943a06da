"""An environment bounds the years its tables have partitions for; what lies outside must not become invisible."""

import pytest

from contracts import load_contract, runtime_document, within_years
from etl_processor.batch import BatchProcessor
from etl_processor.datasets import load_contracts as load_packed
from tests.unit.etl_processor.etl_events import ARRIVAL, DATASETS, KEY, batch_of, encoded, order


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> BatchProcessor:
    """A processor whose tables hold 2010 alone; records arrive in December 2010."""
    folder = tmp_path_factory.mktemp("contracts")
    for name in DATASETS:
        (folder / f"{name}.json").write_bytes(runtime_document(within_years(load_contract(name), 2010, 2010)))
    return BatchProcessor(load_packed(folder), KEY)


@pytest.mark.parametrize(
    ("occurred_at", "reasons"),
    [
        ("2010-01-01T00:00:00Z", {}),
        ("2009-12-31T23:59:59Z", {"bad_timestamp": 1}),
        ("2011-01-01T00:00:00Z", {"clock_skew": 1}),
        ("2099-12-31T00:00:00Z", {"clock_skew": 1}),
        ("2100-01-01T00:00:00Z", {"bad_timestamp": 1}),
    ],
)
def test_an_event_is_stored_only_in_a_year_the_tables_have(
    narrow: BatchProcessor, occurred_at: str, reasons: dict[str, int]
) -> None:
    result = narrow.process(batch_of([encoded(order(occurred_at=occurred_at))], arrival=ARRIVAL))
    assert result.quarantined == reasons
    assert result.stored == (0 if reasons else 1)
