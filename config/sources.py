"""The source registry: every source there is, and what the data_validator is told of it."""

import json
from collections.abc import Iterable
from typing import Any

from config.file_format import FileFormat
from config.shop_databases import RECORDS, RENTALS
from config.source import Source
from config.table_mappings import CapturedSchema


def check_sources(sources: Iterable[Source]) -> tuple[Source, ...]:
    """The sources, unless two of them get in each other's way: one name, one contract, or a prefix within another."""
    checked: list[Source] = []
    for source in sources:
        for other in checked:
            if other.name == source.name or (source.contract and other.contract == source.contract):
                raise ValueError(
                    f"source {source.name} (contract {source.contract}): {other.name} has the same name or contract; "
                    "each table has one source"
                )
            if source.prefix.startswith(other.prefix) or other.prefix.startswith(source.prefix):
                raise ValueError(
                    f"sources {other.name} and {source.name}: prefixes {other.prefix!r} and {source.prefix!r} overlap; "
                    "a file belongs to one source"
                )
        checked.append(source)
    return tuple(checked)


def file_sources(sources: Iterable[Source]) -> tuple[Source, ...]:
    """Those whose files the data_validator takes."""
    return tuple(source for source in sources if source.kind == "file")


def event_sources(sources: Iterable[Source]) -> tuple[Source, ...]:
    """Those whose events go through the stream, straight from the shop or out of its logs."""
    return tuple(source for source in sources if source.kind in ("stream", "log"))


def validator_document(sources: Iterable[Source]) -> bytes:
    """The file sources as the data_validator reads them: JSON, packed beside its code."""
    document = {"sources": {source.name: _entry(source) for source in file_sources(sources)}}
    return json.dumps(document, indent=1, sort_keys=True).encode()


def _entry(source: Source) -> dict[str, Any]:
    if source.format is None:
        raise ValueError(f"source {source.name}: no format")
    return {
        "prefix": source.prefix,
        "table": source.contract,
        "contract": source.contract,
        "error_threshold": source.error_threshold,
        "min_rows": source.min_rows,
        "max_rows": source.max_rows,
        "freshness_hours": source.freshness_hours,
        "format": source.format.document(),
    }


# A daily delivery may come two hours late before anybody is called.
DAY_AND_TWO_HOURS = 26


def _raw_export(*columns: str) -> FileFormat:
    """As the CRM's database writes its tables out: no header, no quotes, signs no text holds."""
    return FileFormat(kind="csv", delimiter="+|", quote=None, row_end="&|\n", header=False, columns=columns)


SOURCES: tuple[Source, ...] = check_sources(
    (
        Source(
            name="orders",
            kind="stream",
            contract="order_event",
            owner="shop-backend",
            schedule="continuous",
            # At night nobody may buy for hours.
            freshness_hours=12,
        ),
        Source(
            name="clickstream",
            kind="stream",
            contract="shop_event",
            owner="shop-frontend",
            schedule="continuous",
            freshness_hours=2,
        ),
        Source(
            name="web_logs",
            kind="log",
            contract="web_request_event",
            owner="web-operations",
            schedule="hourly",
            freshness_hours=3,
        ),
        Source(
            name="crm_users",
            kind="file",
            contract="crm_users",
            format=FileFormat(kind="json_lines"),
            owner="crm-team",
            schedule="daily",
            freshness_hours=DAY_AND_TWO_HOURS,
        ),
        Source(
            name="crm_customers",
            kind="file",
            contract="crm_customers",
            format=FileFormat(
                kind="csv",
                encoding="utf-8-sig",
                date_formats=("%m/%d/%Y",),
                null_values=("", "NA"),
                true_values=("Y",),
                false_values=("N",),
            ),
            owner="crm-team",
            schedule="daily",
            freshness_hours=DAY_AND_TWO_HOURS,
        ),
        Source(
            name="crm_emails",
            kind="file",
            contract="crm_emails",
            format=_raw_export("person_id", "address_id", "email", "rowguid", "modified_at"),
            owner="crm-team",
            schedule="daily",
            freshness_hours=DAY_AND_TWO_HOURS,
        ),
        Source(
            name="crm_phones",
            kind="file",
            contract="crm_phones",
            format=_raw_export("person_id", "phone", "kind_id", "modified_at"),
            owner="crm-team",
            schedule="daily",
            freshness_hours=DAY_AND_TWO_HOURS,
        ),
        Source(
            name="erp_products",
            kind="file",
            contract="erp_products",
            # It writes 0 where a product has no size, style or description: null by the contract, column by column.
            format=FileFormat(kind="csv", null_values=("", "NA")),
            owner="erp-team",
            schedule="daily",
            freshness_hours=DAY_AND_TWO_HOURS,
            # Of a catalogue with holes nobody could say which sales lack their product.
            error_threshold=0,
        ),
        Source(
            name="erp_sales",
            kind="file",
            contract="erp_sales",
            format=FileFormat(kind="csv", date_formats=("%m/%d/%Y",)),
            owner="erp-team",
            schedule="daily",
            freshness_hours=DAY_AND_TWO_HOURS,
            error_threshold=0.01,
        ),
        Source(
            name="erp_returns",
            kind="file",
            contract="erp_returns",
            format=FileFormat(kind="csv", date_formats=("%m/%d/%Y",)),
            owner="erp-team",
            schedule="daily",
            freshness_hours=DAY_AND_TWO_HOURS,
            error_threshold=0.01,
            # A day without a return is a file with a header and nothing else.
            min_rows=0,
        ),
        Source(
            name="web_sessions",
            kind="file",
            contract="web_sessions",
            format=FileFormat(kind="csv", delimiter=";", true_values=("TRUE",), false_values=("FALSE",)),
            owner="shop-frontend",
            schedule="daily",
            freshness_hours=DAY_AND_TWO_HOURS,
        ),
        Source(
            name="mysql",
            kind="database",
            schemas=(RENTALS, RECORDS),
            landing="cdc/",
            owner="shop-backend",
            schedule="continuous",
            # A shop may change nothing for a night; how far the capture is behind has an alarm of its own.
            freshness_hours=None,
        ),
    )
)
# Of all databases.
CAPTURED_SCHEMAS: tuple[CapturedSchema, ...] = tuple(schema for source in SOURCES for schema in source.schemas)
