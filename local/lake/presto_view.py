"""Athena's views for DuckDB: the text Glue keeps of a view goes in, DuckDB's SQL and what it reads come out."""

import base64
import json
import re
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify_tables import qualify_tables

# https://docs.aws.amazon.com/athena/latest/ug/views.html; the form is Presto's: base64 of a JSON document in a comment.
PRESTO_VIEW = re.compile(r"/\* Presto View: (\S+) \*/")


@dataclass(frozen=True, kw_only=True)
class DuckDbQuery:
    """A query in DuckDB's dialect, every table with its schema, and the (schema, table) pairs it reads."""

    sql: str
    reads: frozenset[tuple[str, str]]


def decode_view(text: str) -> tuple[str, str]:
    """Athena's SQL and the database its bare table names belong to; ValueError if the text is no such view."""
    match = PRESTO_VIEW.fullmatch(text.strip())
    if not match:
        raise ValueError(f"view text starts {text[:40]!r}, expected '/* Presto View: <base64> */' as Athena writes it")
    try:
        document = json.loads(base64.b64decode(match[1], validate=True))
        return str(document["originalSql"]), str(document["schema"])
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"view text holds no JSON with originalSql and schema ({error!r}); write it anew") from error


def duckdb_query(sql: str, *, schema: str) -> DuckDbQuery:
    """Athena's SQL as DuckDB's; bare table names are taken from ``schema``."""
    try:
        query = sqlglot.parse_one(sql, dialect="athena")
    except SqlglotError as error:
        raise ValueError(f"not SQL that Athena would take: {error}") from error
    qualified = qualify_tables(query, db=schema, dialect="athena")
    reads = frozenset((table.db, table.name) for table in qualified.find_all(exp.Table) if table.db)
    return DuckDbQuery(sql=qualified.sql(dialect="duckdb", comments=False), reads=reads)
