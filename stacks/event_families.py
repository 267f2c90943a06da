"""The families of events on the stream, and the tables in silver that each fills."""

from collections.abc import Mapping

# The first table has a row per event, the second a row per line of one.
EVENT_FAMILIES: Mapping[str, tuple[str, ...]] = {
    "order_event": ("orders", "order_items"),
    "shop_event": ("clickstream",),
    "web_request_event": ("web_requests",),
}
EVENT_TABLES = tuple(table for tables in EVENT_FAMILIES.values() for table in tables)
EVENT_DATASETS = (*EVENT_FAMILIES, *EVENT_TABLES, "quarantine")
