"""Random changes in whatever tables a database has: what a shop does to its rows all day, in seconds.

Inserts, updates, deletes and changes of keys, in transactions of several threads at once, some of them rolled back.
Every statement changes one row or none, so that what was committed can be counted on the other side.
"""

import random
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pymysql

from local.change_capture.table_shape import Table, shapes_of
from local.shop_database.random_values import value_for
from local.shop_database.server import ShopDatabase

ROLLED_BACK_SHARE = 0.15
MOST_IN_ONE = 8
# Rows that all threads mean again and again: many changes of one row within a second are what an order is needed for.
HOT_ROWS, HOT_SHARE = 20, 0.5
DUPLICATE = 1062
CONFLICTS = (1205, 1213)  # InnoDB ended the transaction itself
KINDS, WEIGHTS = ("I", "U", "D", "K"), (30, 45, 17, 8)

Change = tuple[str, str, str]
Key = tuple[Any, ...]


@dataclass(kw_only=True)
class Done:
    """What was committed: rows by schema, table and kind of change (``K``: its key), and transactions rolled back."""

    rows: Counter[Change] = field(default_factory=Counter)
    rolled_back: int = 0

    @property
    def total(self) -> int:
        return self.rows.total()


def make_changes(
    database: ShopDatabase,
    schemas: Sequence[str],
    count: int,
    *,
    seed: int = 1,
    threads: int = 4,
    without: Sequence[str] = (),
    on_commit: Callable[[int], None] | None = None,
) -> Done:
    """Commits at least ``count`` changes of rows; ``without`` are tables (``schema.table``) to let alone."""
    tables = _tables(database, schemas, without)
    done, lock = Done(), threading.Lock()

    def work(number: int) -> None:
        with _Thread(database, tables, random.Random(f"{seed}.{number}")) as thread:  # noqa: S311  nothing secret
            while True:
                with lock:
                    if done.total >= count:
                        return
                made = thread.transaction()
                with lock:
                    done.rows.update(made or ())
                    done.rolled_back += made is None
                if made and on_commit:
                    on_commit(len(made))

    with ThreadPoolExecutor(threads) as pool:
        for each in [pool.submit(work, number) for number in range(threads)]:
            each.result()
    return done


@dataclass(frozen=True, kw_only=True)
class _Known:
    """A table and the keys it has or had; threads read and add without a lock, a key that is gone is passed over."""

    table: Table
    keys: list[Key]

    @property
    def where(self) -> str:
        return " AND ".join(f"`{name}` = %s" for name in self.table.key)

    def some_key(self, dice: random.Random) -> Key:
        return dice.choice(self.keys[:HOT_ROWS] if dice.random() < HOT_SHARE else self.keys)


def _tables(database: ShopDatabase, schemas: Sequence[str], without: Sequence[str]) -> list[_Known]:
    known = []
    with database.connect() as connection, connection.cursor() as cursor:
        for table in shapes_of(connection, schemas):
            if table.key and f"{table.schema}.{table.name}" not in without:
                cursor.execute(f"SELECT {', '.join(f'`{name}`' for name in table.key)} FROM {table.sql}")  # noqa: S608
                known.append(_Known(table=table, keys=list(cursor.fetchall())))
    if not known:
        raise ValueError(f"random changes: no table with a key in {list(schemas)}")
    return known


class _Thread:
    def __init__(self, database: ShopDatabase, tables: list[_Known], dice: random.Random) -> None:
        self._connection = database.connect(autocommit=False)
        self._tables, self._dice = tables, dice
        with self._connection.cursor() as cursor:
            # Rows go and change keys at random: what refers to them stays behind.
            cursor.execute("SET foreign_key_checks = 0, innodb_lock_wait_timeout = 2, sql_mode = ''")

    def __enter__(self) -> "_Thread":
        return self

    def __exit__(self, *_error: object) -> None:
        self._connection.close()

    def transaction(self) -> list[Change] | None:
        """What it committed, or None if it was rolled back."""
        made: list[Change] = []
        try:
            with self._connection.cursor() as cursor:
                for _ in range(self._dice.randint(1, MOST_IN_ONE)):
                    known, kind = self._dice.choice(self._tables), self._dice.choices(KINDS, WEIGHTS)[0]
                    if self._change(cursor, known, kind):
                        made.append((known.table.schema, known.table.name, kind))
            if self._dice.random() < ROLLED_BACK_SHARE:
                self._connection.rollback()
                return None
            self._connection.commit()
        except pymysql.err.OperationalError as error:
            if error.args[0] not in CONFLICTS:
                raise
            self._connection.rollback()
            return None
        return made

    def _change(self, cursor: Any, known: _Known, kind: str) -> bool:
        make = {"I": self._insert, "D": self._delete}.get(kind, self._update)
        try:
            return make(cursor, known, kind) > 0
        except pymysql.err.IntegrityError as error:
            if error.args[0] != DUPLICATE:
                raise
            return False

    def _insert(self, cursor: Any, known: _Known, _kind: str) -> int:
        columns = [column for column in known.table.columns if not column.generated]
        row = {column.name: value_for(column, self._dice) for column in columns}
        if known.keys and self._dice.random() < 0.3:
            # A key that was there before, and may be gone by now.
            row |= dict(zip(known.table.key, known.some_key(self._dice), strict=True))
        names, marks = ", ".join(f"`{name}`" for name in row), ", ".join(["%s"] * len(row))
        rows: int = cursor.execute(f"INSERT INTO {known.table.sql} ({names}) VALUES ({marks})", list(row.values()))  # noqa: S608
        known.keys.append(tuple(row[name] for name in known.table.key))
        return rows

    def _delete(self, cursor: Any, known: _Known, _kind: str) -> int:
        if not known.keys:
            return 0
        rows: int = cursor.execute(f"DELETE FROM {known.table.sql} WHERE {known.where}", known.some_key(self._dice))  # noqa: S608
        return rows

    def _update(self, cursor: Any, known: _Known, kind: str) -> int:
        others = [each for each in known.table.columns if each.name not in known.table.key and not each.generated]
        if not known.keys:
            return 0
        key = known.some_key(self._dice)
        column = known.table.column(known.table.key[-1]) if kind == "K" or not others else self._dice.choice(others)
        value = value_for(column, self._dice, not_this=key[-1])
        if column.name in known.table.key:
            value = key[-1] if value is None else value
            known.keys.append((*key[:-1], value))
        sets = f"`{column.name}` = %s"
        rows: int = cursor.execute(f"UPDATE {known.table.sql} SET {sets} WHERE {known.where}", [value, *key])  # noqa: S608
        return rows
