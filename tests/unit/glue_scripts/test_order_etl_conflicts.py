"""What stands in quarantine already stops no run, even damaged; and no run leaves anything in memory."""

from pathlib import Path
from typing import Any, NoReturn

import pytest
from pyspark.sql import SparkSession

from lib.order_rows import Outcome
from lib.parquet_table import ParquetTable
from tests.support.received_orders import ReceivedOrders, product, sale, sent
from tests.unit.etl_processor.etl_events import FIRST_SEQUENCE


@pytest.fixture
def lake(spark: SparkSession, tmp_path: Path) -> ReceivedOrders:
    return ReceivedOrders(spark=spark, folder=tmp_path)


def kept(spark: SparkSession) -> set[int]:
    """What Spark holds in memory."""
    context: Any = spark.sparkContext
    return set(context._jsc.getPersistentRDDs().keySet())


def test_a_conflict_in_a_damaged_object_of_quarantine_is_set_aside_again(lake: ReceivedOrders) -> None:
    before, contradicting = kept(lake.spark), [sent(1, 1), sent(1, 2, country="France")]
    lake.deliver(contradicting)  # refused within the batch
    lake.deliver(contradicting[1:])  # and stored by another
    (damaged,) = lake.quarantine.listed("quarantine/events/")
    lake.quarantine.write(damaged.key, b"PAR1 no rows at all PAR1")
    assert lake.run().outcome == Outcome(read=2, conflicts=1, set_aside=1)
    assert not kept(lake.spark) - before
    lake.quarantine.delete([damaged.key])
    assert lake.refused() == [("order_placed-1", str(FIRST_SEQUENCE + 2))]


def test_a_run_that_fails_lets_go_of_the_erps_lines(lake: ReceivedOrders) -> None:
    before = kept(lake.spark)
    lake.deliver_file("erp_products", "p", [product(7, "34.99")])
    lake.deliver_file("erp_sales", "s", [sale(1)], partition="year=2010/month=12/")
    lake.open_table = lambda name: _FailingTable(lake.published(name).contract, objects=lake.silver)
    with pytest.raises(ConnectionError):
        lake.run()
    assert not kept(lake.spark) - before


class _FailingTable(ParquetTable):
    """Fails when it is to be published, as a process that is cut off."""

    def publish(self, *_: Any, **__: Any) -> NoReturn:
        raise ConnectionError
