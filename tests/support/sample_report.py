"""A report of a run that went well, with numbers made up for tests."""

from datetime import date
from decimal import Decimal

from local.report.accounting import Accounting, Received
from local.report.demo_report import DemoReport
from local.report.landed import Landed
from local.report.reconciliation import Reconciliation
from local.report.revenue import Revenue

ACCOUNTING = Accounting(
    sent=1_050,
    sent_unique=1_000,
    stored=990,
    quarantined={"not_json": 4, "missing_field": 6},
    lost=0,
    duplicates=0,
    misjudged=0,
    stored_in_lake=1_990,
    received={"orders": Received(rows=1_100, delivered_again=60, sent_again=50)},
)
REVENUE = Revenue(
    currency="GBP",
    total=Decimal("1234567.8905"),
    by_day={date(2010, 12, 1): Decimal("1234600.0000"), date(2010, 12, 3): Decimal("-32.1095")},
    by_country={"United Kingdom": Decimal("1234567.8905"), "EIRE <& $5>": Decimal("0.0000")},
)
RECONCILIATION = Reconciliation(expected=REVENUE, actual=REVENUE, differences={})
REPORT = DemoReport(
    source="A shop's two days",
    accounting=ACCOUNTING,
    revenue=REVENUE,
    reconciliation=RECONCILIATION,
    seconds={"deploy": 61.23456, "send": 2.5},
    resources_applied=42,
    objects={"orders_received": 7},
    versions={"DuckDB": "1.5.5"},
)

FILES = (
    Landed(source="erp_returns", file="2011-01.csv", outcome="accepted", read=849, stored=848, quarantined=1),
    Landed(source="web_logs", file="access.log.gz", outcome="forwarded"),
    Landed(source="crm_users", file="<users>.ndjson", outcome="refused", why="by its header"),
)
