"""Orders of one shard and hour: rows in, an object for the table orders and one for order_items out."""

from collections.abc import Mapping, Sequence
from itertools import chain, repeat

from arro3.compute import take
from arro3.core import Array, DataType

from etl_processor import customer
from etl_processor.event_rows import EventRows, EventTable, lake_object
from shared.runtime_contract import Contract
from shared.table_object import LakeObject, TableFormat

# The columns of a row that order_event makes, in order.
ORDER_COLUMNS = (
    "event_id",
    "event_type",
    "order_id",
    "occurred_at",
    *customer.COLUMNS,
    "country",
    "currency",
    "item_count",
    "units",
    "total_amount",
    "schema_version",
    "_extra",
)
ITEM_COUNT = ORDER_COLUMNS.index("item_count")
LINE_COLUMNS = ("stock_code", "description", "quantity", "unit_price", "line_amount")
# What a line takes over from its order.
SHARED_COLUMNS = ("event_id", "order_id", "event_type", "occurred_at", "currency", "_sequence_number", "_arrival_ts")
DISTINCT = ("event_id", "order_id", "occurred_at", "_sequence_number", "_arrival_ts")

# The values of LINE_COLUMNS; amounts in units of their last decimal
OrderLine = tuple[str, str | None, int, int, int]


class OrderTables:
    """Turns rows into objects."""

    def __init__(self, orders: Contract, order_items: Contract) -> None:
        self._orders = EventTable(
            orders,
            columns=ORDER_COLUMNS,
            distinct=("order_id", *customer.TOKENS, "customer_id", "total_amount"),
        )
        item_columns = (*LINE_COLUMNS, *SHARED_COLUMNS, "line_number", "_shard_id")
        self._items = TableFormat(order_items, columns=item_columns, distinct=DISTINCT)
        self._items_name = order_items.name

    def objects(self, rows: EventRows, *, hour: int, shard_id: str) -> tuple[LakeObject, LakeObject]:
        """The two objects of the rows, orders first; ``hour`` counts from 1970."""
        arrays = self._orders.arrays(rows, shard_id)
        counts = [content[ITEM_COUNT] for content in rows.contents]
        items = self._items.parquet(self._item_arrays(rows, arrays, counts, shard_id))
        return (
            self._orders.lake_object(arrays, rows, hour=hour, shard_id=shard_id),
            lake_object(self._items_name, items, rows, hour=hour, shard_id=shard_id, row_count=len(rows.lines)),
        )

    def _item_arrays(
        self, rows: EventRows, orders: Mapping[str, Array], counts: Sequence[int], shard_id: str
    ) -> dict[str, Array]:
        columns = zip(LINE_COLUMNS, zip(*rows.lines, strict=True), strict=True)
        arrays = {name: self._items.array(name, values) for name, values in columns}
        # The order that each line belongs to: its values are taken in Arrow, not line by line in Python.
        owners = Array(list(chain.from_iterable(map(repeat, range(len(counts)), counts))), DataType.uint32())
        arrays |= {name: take(orders[name], owners) for name in SHARED_COLUMNS}
        positions = chain.from_iterable(range(1, count + 1) for count in counts)
        arrays["line_number"] = self._items.array("line_number", list(positions))
        arrays["_shard_id"] = self._items.array("_shard_id", [shard_id] * len(rows.lines))
        return arrays
