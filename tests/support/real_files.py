"""What becomes of the real files, by decision: rows in each, rows stored, rows set aside and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class RealFile:
    """A file below the folder of real data. ``rows == stored + duplicates + sum(quarantined)``."""

    source: str
    path: str
    rows: int
    stored: int
    duplicates: int = 0
    quarantined: Mapping[str, int] = field(default_factory=dict)


# No row is set aside: all of this dirt has a meaning, and tests/contract/test_real_files.py says which.
REAL_FILES = (
    RealFile(source="crm_users", path="aws_retail_demo_store/users_0001-3500.ndjson.gz", rows=3_500, stored=3_500),
    RealFile(
        source="crm_customers",
        path="adventureworks/crm_customers_11000-19999.utf8bom.csv.gz",
        rows=8_827,
        stored=8_827,
    ),
    RealFile(source="crm_emails", path="adventureworks/oltp_EmailAddress.csv.gz", rows=19_972, stored=19_972),
    RealFile(source="crm_phones", path="adventureworks/oltp_PersonPhone.csv.gz", rows=19_972, stored=19_972),
    RealFile(source="erp_products", path="adventureworks/erp_products.csv.gz", rows=293, stored=293),
    RealFile(source="erp_sales", path="adventureworks/erp_sales_2015.csv.gz", rows=2_630, stored=2_630),
    RealFile(source="erp_sales", path="adventureworks/erp_sales_2016.csv.gz", rows=23_935, stored=23_935),
    RealFile(source="erp_returns", path="adventureworks/erp_returns_2015_2016.csv.gz", rows=849, stored=849),
    # 88 rows are like others: sessions have no identity, so each is one of its own.
    RealFile(source="web_sessions", path="online_shoppers/sessions_Feb-Aug.csv.gz", rows=6_608, stored=6_608),
)
