"""Does each known dirt of the real files end where the contracts say? Counted by DuckDB, without the function."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from config.source import Source
from config.sources import SOURCES, file_sources
from contracts import Column, Contract, load_contract
from tests.support.real_files import REAL_FILES, RealFile
from tests.unit.data_validator.validator_world import package, world

BY_NAME = {source.name: source for source in file_sources(SOURCES)}
TYPES = {"int": "INTEGER", "bigint": "BIGINT", "double": "DOUBLE", "boolean": "BOOLEAN"}
NAMES = [real.path.rpartition("/")[2] for real in REAL_FILES]


@pytest.fixture(scope="module")
def folder() -> Path:
    """The folder of real data; without it the counts are unproven, which is a failure and not a skip."""
    folder = Path(os.environ.get("ECOMMERCE_DATA", ""))
    if not (folder / "adventureworks").is_dir():
        pytest.fail(f"{folder} has no folder adventureworks; set ECOMMERCE_DATA to the one that does", pytrace=False)
    return folder


@pytest.fixture(scope="module")
def lake(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Every source's rows as they are written, under its name, and as they would be stored, as ``<name>_stored``."""
    with duckdb.connect() as connection:
        for source in BY_NAME.values():
            paths = [str(folder / real.path) for real in REAL_FILES if real.source == source.name]
            connection.execute(f"CREATE TABLE {source.name} AS {_reader(source, paths)}")
            columns = ", ".join(_stored(source, column) for column in load_contract(source.name).source_columns)
            connection.execute(
                f"CREATE TABLE {source.name}_stored AS SELECT filename, {columns} FROM {source.name}"  # noqa: S608
            )
        yield connection


def _reader(source: Source, paths: list[str]) -> str:
    form = source.format
    assert form is not None
    if form.kind == "json_lines":
        return f"SELECT * FROM read_json({paths!r}, format='newline_delimited', filename=true)"  # noqa: S608
    options = f"all_varchar=true, filename=true, auto_detect=false, sep='{form.delimiter}', quote='{form.quote or ''}'"
    if form.row_end:
        # DuckDB ends a row at its line: what else ends it still hangs on the last column.
        columns, last = json.dumps(dict.fromkeys(form.columns, "VARCHAR")), form.columns[-1]
        end = f"regexp_replace({last}, '{re.escape(form.row_end.strip())}$', '') AS {last}"
        return f"SELECT * REPLACE ({end}) FROM read_csv({paths!r}, {options}, header=false, columns={columns})"  # noqa: S608
    header = duckdb.sql(
        f"SELECT * FROM read_csv('{paths[0]}', sep='{form.delimiter}', header=true, all_varchar=true) LIMIT 0"  # noqa: S608
    ).columns
    columns = json.dumps(dict.fromkeys(header, "VARCHAR"))
    return f"SELECT * FROM read_csv({paths!r}, {options}, header=true, columns={columns})"  # noqa: S608


def _stored(source: Source, column: Column) -> str:
    """A column as the contract would have it; NULL for what it calls null, and for what does not fit its type."""
    form = source.format
    assert form is not None
    if form.kind == "json_lines":
        path = column.source.replace("addresses.0", "addresses[1]")
        return f"{path} AS {column.name}"
    text = f'trim("{column.source}")'
    nulls = [*form.null_values, *(column.option("nullValues") or ())]
    bare = f"CASE WHEN {text} IN ({', '.join(map(repr, nulls))}) THEN NULL ELSE {text} END"
    for character in column.option("dropCharacters") or "":
        bare = f"replace({bare}, '{character}', '')"
    if column.option("datePart"):
        return f"year(try_strptime({bare}, '{form.date_formats[0]}')) AS {column.name}"
    if column.type == "date":
        return f"try_strptime({bare}, '{form.date_formats[0]}')::DATE AS {column.name}"
    if column.type == "boolean":
        bare = f"CASE {bare} WHEN '{form.true_values[0]}' THEN 'true' WHEN '{form.false_values[0]}' THEN 'false' END"
    return f"try_cast({bare} AS {TYPES.get(column.type, column.type.replace('string', 'VARCHAR'))}) AS {column.name}"


def counted(lake: duckdb.DuckDBPyConnection, question: str) -> Any:
    answer = lake.sql(question).fetchall()
    return answer[0][0] if len(answer) == 1 and len(answer[0]) == 1 else answer


def broken(contract: Contract) -> str:
    """The rows that break a rule, as a condition in SQL."""
    conditions = ["false"]
    for column in contract.source_columns:
        conditions += [f"{column.name} IS NULL"] if column.required else []
        for rule, sign in (("minimum", "<"), ("maximum", ">")):
            limit = column.option(rule)
            if limit is not None:
                conditions.append(f"{column.name} {sign} {repr(limit) if isinstance(limit, str) else limit}")
        if allowed := column.option("enum"):
            conditions.append(f"{column.name} NOT IN ({', '.join(map(repr, allowed))})")
        if pattern := column.option("pattern"):
            conditions.append(f"NOT regexp_full_match({column.name}, '{pattern}')")
        if longest := column.option("maxLength"):
            conditions.append(f"length({column.name}) > {longest}")
    return " OR ".join(conditions)


@pytest.mark.parametrize("real", REAL_FILES, ids=NAMES)
def test_as_many_rows_are_stored_as_was_decided(lake: duckdb.DuckDBPyConnection, real: RealFile) -> None:
    contract, of_file = load_contract(real.source), f"filename LIKE '%{real.path}'"
    rows = f"SELECT count(*) FROM {real.source}_stored WHERE {of_file}"  # noqa: S608
    assert counted(lake, rows) == real.rows
    bad = counted(lake, f"{rows} AND ({broken(contract)})")
    assert real.rows - bad == real.stored + real.duplicates
    assert bad == sum(real.quarantined.values())


def test_the_function_comes_to_the_same_counts(folder: Path, tmp_path: Path) -> None:
    validator = world(package(tmp_path))
    for real in REAL_FILES:
        body = (folder / real.path).read_bytes()
        verdict = validator.land(f"{BY_NAME[real.source].prefix}{real.path.rpartition('/')[2]}", body)
        rows = {name: verdict["rows"][name] for name in ("read", "stored", "duplicates")}
        assert rows == {"read": real.rows, "stored": real.stored, "duplicates": real.duplicates}, real.path
        assert verdict["reasons"] == real.quarantined


@pytest.mark.parametrize("source", BY_NAME)
def test_the_key_tells_rows_apart(lake: duckdb.DuckDBPyConnection, source: str) -> None:
    contract = load_contract(source)
    if {*contract.keys} <= {column.name for column in contract.source_columns}:
        keys = ", ".join(contract.keys)
        most = f"SELECT max(n) FROM (SELECT count(*) AS n FROM {source}_stored GROUP BY {keys})"  # noqa: S608
        assert counted(lake, most) == 1


@pytest.mark.parametrize("source", BY_NAME)
def test_every_column_of_a_file_is_taken_or_ignored_on_purpose(lake: duckdb.DuckDBPyConnection, source: str) -> None:
    contract = load_contract(source)
    outermost = {column.source.partition(".")[0] for column in contract.source_columns}
    there = {name for name, *_ in lake.sql(f"DESCRIBE {source}").fetchall()} - {"filename"}
    assert there == outermost | {*contract.ignored_source_columns}


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        # What looks like a value and means none.
        ("SELECT count(*) FROM crm_customers_stored WHERE gender IS NULL", 61),
        ("SELECT count(*) FROM erp_products_stored WHERE colour IS NULL", 50),
        ("SELECT count(*) FROM erp_products_stored WHERE size IS NULL", 84),
        ("SELECT count(*) FROM erp_products_stored WHERE style IS NULL", 84),
        ("SELECT count(*) FROM erp_products_stored WHERE description IS NULL", 1),
        # What is written in a way of its own.
        ("SELECT count(DISTINCT email_token) FROM crm_emails_stored", 19_972),
        ("SELECT count(*) FROM crm_emails WHERE NOT ends_with(email, '@adventure-works.com')", 0),
        ("SELECT count(DISTINCT regexp_replace(phone_token, '[^0-9]', '', 'g')) FROM crm_phones_stored", 9_937),
        ("SELECT count(*) FROM crm_customers_stored WHERE annual_income % 10000 = 0", 8_827),
        (
            "SELECT min(annual_income) || ' to ' || max(annual_income) FROM crm_customers_stored",
            "10000.00 to 170000.00",
        ),
        ("SELECT count(*) FROM crm_customers_stored WHERE birth_year IS NULL OR is_home_owner IS NULL", 0),
        ("SELECT count(*) FROM crm_customers WHERE CustomerKey IS NULL", 0),  # the BOM is no part of the first name
        ("SELECT count(DISTINCT (year(order_date), month(order_date))) FROM erp_sales_stored", 24),
        ("SELECT count(*) FROM web_sessions WHERE BounceRates LIKE '%E-%' OR ExitRates LIKE '%E-%'", 5),
        ("SELECT count(*) FROM web_sessions_stored WHERE has_bought", 731),
        # What is there twice and stays so.
        ("SELECT count(*) - count(DISTINCT email_token) FROM crm_users_stored", 93),
        ("SELECT 6608 - count(*) FROM (SELECT DISTINCT * FROM web_sessions)", 88),
        ("SELECT max(n) FROM (SELECT count(*) AS n FROM crm_phones_stored GROUP BY phone_token)", 209),
        # What refers to the same person in two exports.
        ("SELECT count(*) FROM crm_customers JOIN crm_emails ON lower(trim(EmailAddress)) = lower(email)", 8_827),
        ("SELECT count(*) FROM crm_phones_stored SEMI JOIN crm_emails_stored USING (person_id)", 19_972),
        # What refers to nothing here: these files are parts of larger ones, so no rule asks for it.
        (
            "SELECT count(*) FROM erp_sales_stored WHERE customer_key NOT IN "
            "(SELECT customer_key FROM crm_customers_stored)",
            10_467,
        ),
    ],
)
def test_each_dirt_ends_where_the_contract_says(lake: duckdb.DuckDBPyConnection, question: str, answer: Any) -> None:
    assert counted(lake, question) == answer
