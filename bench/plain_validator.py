"""Checking a file as it is usually written: the other side of `bench.validator_throughput`.

The same rows in, the same number of rows stored and set aside, Parquet out. Every row is a dict, every rule a line of
Python. It reads the file whole, holds all rows, and finds repeated keys in a set.
"""

import csv
import hashlib
import hmac
import io
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from arro3.core import Array, DataType, Table
from arro3.io import write_parquet

Row = dict[str, Any]
TYPES = {str: DataType.utf8(), int: DataType.int64(), bool: DataType.bool(), float: DataType.float64()}


def customers(body: bytes, key: bytes) -> tuple[int, int, bytes]:
    """A file of crm_customers: rows stored, rows set aside, and the Parquet."""
    return _checked(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")), _customer, "customer_key", key)


def users(body: bytes, key: bytes) -> tuple[int, int, bytes]:
    """The same of crm_users."""
    return _checked(map(json.loads, body.decode().splitlines()), _user, "user_id", key)


def _checked(rows: Iterable[Row], convert: Any, identity: str, key: bytes) -> tuple[int, int, bytes]:
    good: list[Row] = []
    bad = 0
    seen: set[Any] = set()
    for number, row in enumerate(rows, 1):
        try:
            stored = convert(row, key) | {"_source_line": number}
        except (ValueError, KeyError, TypeError, InvalidOperation):
            bad += 1
            continue
        if stored[identity] in seen:
            bad += 1
            continue
        seen.add(stored[identity])
        good.append(stored)
    return len(good), bad, _parquet(good)


def _customer(row: Mapping[str, str], key: bytes) -> Row:
    customer_key = int(row["CustomerKey"])
    if customer_key < 1 or row["MaritalStatus"] not in ("M", "S") or row["Gender"] not in ("F", "M", "NA"):
        raise ValueError
    return {
        "customer_key": customer_key,
        "first_name_token": _token(key, row["FirstName"]),
        "last_name_token": _token(key, row["LastName"]),
        "email_token": _token(key, row["EmailAddress"]),
        "birth_year": datetime.strptime(row["BirthDate"], "%m/%d/%Y").year,  # noqa: DTZ007
        "marital_status": row["MaritalStatus"],
        "gender": None if row["Gender"] == "NA" else row["Gender"],
        "annual_income": float(Decimal(row["AnnualIncome"].strip().replace("$", "").replace(",", ""))),
        "children": int(row["TotalChildren"]),
        "education": row["EducationLevel"],
        "occupation": row["Occupation"],
        "is_home_owner": {"Y": True, "N": False}[row["HomeOwner"]],
    }


def _user(row: Mapping[str, Any], key: bytes) -> Row:
    address = row["addresses"][0]
    if not 0 <= row["age"] <= 130 or row["gender"] not in ("F", "M"):
        raise ValueError
    return {
        "user_id": str(row["id"]),
        "email_token": _token(key, row["email"]),
        "name_token": _token(key, row["name"]),
        "gender": row["gender"],
        "age": int(row["age"]),
        "is_selectable": bool(row["selectable_user"]),
        "persona": row["persona"],
        "discount_persona": row["discount_persona"],
        "country": address["country"],
        "state": address["state"],
        "ios_version": row["platforms"]["ios"]["version"],
        "android_version": row["platforms"]["android"]["version"],
    }


def _token(key: bytes, value: str) -> str:
    return hmac.new(key, value.strip().lower().encode(), hashlib.sha256).hexdigest()


def _parquet(rows: list[Row]) -> bytes:
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    arrays = [
        Array(values, TYPES[next((type(value) for value in values if value is not None), str)])
        for values in columns.values()
    ]
    file = io.BytesIO()
    write_parquet(Table.from_arrays(arrays, names=list(columns)), file, compression="snappy")
    return file.getvalue()
