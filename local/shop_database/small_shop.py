"""A small shop's database, made from a seed: for those who have no other at hand."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from local.shop_database.server import ShopDatabase

NAME = "shop"
TABLES = {
    "customer": """
        customer_id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, email VARCHAR(120) NOT NULL, full_name VARCHAR(80),
        phone VARCHAR(32), city VARCHAR(60), newsletter BIT(1) NOT NULL, born DATE, joined TIMESTAMP(6) NOT NULL""",
    "product": """
        sku CHAR(8) NOT NULL PRIMARY KEY, title VARCHAR(160) NOT NULL, price DECIMAL(10,2) NOT NULL, weight_kg DOUBLE,
        kind ENUM('book','toy','garden') NOT NULL, labels SET('new','sale','last') NOT NULL, picture BLOB""",
    "purchase": """
        purchase_id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, customer_id INT UNSIGNED NOT NULL,
        placed DATETIME(3) NOT NULL, state VARCHAR(12) NOT NULL, total DECIMAL(12,2) NOT NULL, remark TEXT""",
    "purchase_line": """
        purchase_id BIGINT UNSIGNED NOT NULL, line SMALLINT NOT NULL, sku CHAR(8) NOT NULL, quantity INT NOT NULL,
        price DECIMAL(10,2) NOT NULL, PRIMARY KEY (purchase_id, line)""",
}
KINDS, LABELS, STATES = ("book", "toy", "garden"), ("new", "sale", "last"), ("placed", "paid", "sent", "returned")
CITIES = ("Leeds", "Łódź", "São Paulo", "東京", None)
FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def load_small_shop(database: ShopDatabase, *, seed: int = 1, customers: int = 500) -> str:
    """Makes and fills it; returns its name."""
    dice = random.Random(seed)  # noqa: S311  nothing secret
    with database.connect() as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE OR REPLACE DATABASE {NAME}")
        for table, columns in TABLES.items():
            cursor.execute(f"CREATE TABLE {NAME}.{table} ({columns}) ENGINE=InnoDB")
        products = [_product(dice, number) for number in range(customers // 5)]
        _insert(cursor, "customer", [_customer(dice, number) for number in range(1, customers + 1)])
        _insert(cursor, "product", products)
        purchases = [_purchase(dice, number, customers) for number in range(1, 3 * customers + 1)]
        _insert(cursor, "purchase", purchases)
        _insert(cursor, "purchase_line", [line for each in purchases for line in _lines(dice, each[0], products)])
    return NAME


def _insert(cursor: Any, table: str, rows: list[tuple[Any, ...]]) -> None:
    marks = ", ".join(["%s"] * len(rows[0]))
    cursor.executemany(f"INSERT INTO {NAME}.{table} VALUES ({marks})", rows)  # noqa: S608  names of ours


def _customer(dice: random.Random, number: int) -> tuple[Any, ...]:
    born = FIRST_DAY.date() - timedelta(days=dice.randrange(6_000, 30_000)) if dice.random() < 0.8 else None
    joined = FIRST_DAY - timedelta(microseconds=dice.randrange(10**14))
    address = f"customer.{number}@example.org"
    phone = f"+44 20 7946 {number:04d}"[-32:]
    return number, address, f"Customer {number}", phone, dice.choice(CITIES), dice.randrange(2), born, joined


def _product(dice: random.Random, number: int) -> tuple[Any, ...]:
    labels = ",".join(label for label in LABELS if dice.random() < 0.4)
    picture = dice.randbytes(dice.randrange(40)) if dice.random() < 0.5 else None
    price, weight = Decimal(dice.randrange(99, 9_999)) / 100, dice.choice((None, dice.random() * 10))
    return f"SKU{number:05d}", f"Article “{number}”", price, weight, dice.choice(KINDS), labels, picture


def _purchase(dice: random.Random, number: int, customers: int) -> tuple[Any, ...]:
    placed = FIRST_DAY + timedelta(milliseconds=dice.randrange(10**10))
    total, remark = Decimal(dice.randrange(10**6)) / 100, dice.choice((None, "", "ring twice 🔔"))
    return number, dice.randint(1, customers), placed, dice.choice(STATES), total, remark


def _lines(dice: random.Random, purchase: int, products: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    chosen = dice.sample(products, dice.randint(1, 4))
    return [(purchase, line, each[0], dice.randint(1, 9), each[2]) for line, each in enumerate(chosen, start=1)]
