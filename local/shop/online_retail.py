"""Online Retail (UCI 352) as order events: CSV files by day go in, one `Record` per invoice comes out.

What becomes of the dirt in the data:

- Blanks at the ends of every field are cut off, blanks inside stay. An empty description or customer is null, and the
  customer ``17850.0`` is ``17850``.
- Money keeps the digits of the file; totals are computed with `Decimal`. Equal lines are lines and count.
- A value the contract refuses (an empty stock code or country, a fifth decimal) is sent as it is: the etl_processor
  sets the event aside with its reason, so nothing is lost silently. What cannot be put into an event at all (no invoice
  number, a quantity that is no number) is a ValueError with file, line, value and remedy.
- An invoice happens at its earliest InvoiceDate, read as UTC where no offset is given.
- An invoice met again in a later day's file is an event of its own, ``order_placed-536365:2010-12-02``. To give the
  same id whichever days are asked for, the invoice numbers of the earlier days are always read, and kept in memory.
- Lines of one invoice that name different customers or countries become an event each, the second
  ``order_placed-536365:2``: an event has room for one of them, and dropping the other would be a loss.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Context, Decimal
from pathlib import Path

from local.shop.day_files import DayFile, Row, find_day_files, read_rows
from local.shop.order_record import SCHEMA_VERSION, Document, Record, record_of

CURRENCY = "GBP"
EVENT_TYPES = {"C": "order_cancelled", "A": "order_adjusted"}
WHOLE = re.compile(r"([+-]?[0-9]{1,18})(\.0*)?")
DECIMAL = re.compile(r"[+-]?([0-9]{1,18}(\.[0-9]{0,18})?|\.[0-9]{1,18})([eE][+-]?[0-9]{1,2})?")
CUSTOMER = re.compile(r"([0-9]+)\.0+")
# More digits than the widest sum of such numbers has: no rounding, ever.
EXACT = Context(prec=400)


@dataclass(kw_only=True)
class _Invoice:
    """What is known of an invoice while the lines of its day are read."""

    number: str
    customer: str
    country: str
    occurred_at: datetime
    items: list[Document] = field(default_factory=list)
    total: Decimal = Decimal(0)


def read_events(folder: Path, days: Sequence[date] | None = None) -> Iterator[Record]:
    """The events of the folder's files, or of these ``days``, by day and then as they first appear in the file.

    A day is read at a time. The folder and the days are checked at once, the content of a file when it is reached.
    """
    files = find_day_files(folder)
    wanted = {file.day for file in files} if days is None else set(days)
    missing = sorted(wanted - {file.day for file in files})
    if missing:
        raise ValueError(
            f"{folder}: no file for {', '.join(map(str, missing))}; there are {len(files)} days "
            f"from {files[0].day} to {files[-1].day}, leave out days without trade"
        )
    return _events(files, wanted)


def _events(files: Sequence[DayFile], wanted: set[date]) -> Iterator[Record]:
    first_days: dict[str, date] = {}
    for file in files:
        if file.day > max(wanted, default=date.min):
            return
        if file.day in wanted:
            yield from _events_of_day(file, first_days)
        else:
            for row in read_rows(file.path):
                first_days.setdefault(row.fields["InvoiceNo"], file.day)


def _events_of_day(file: DayFile, first_days: dict[str, date]) -> Iterator[Record]:
    parts: dict[str, int] = {}
    for invoice in _invoices(file.path):
        part = parts[invoice.number] = parts.get(invoice.number, 0) + 1
        suffix = "" if first_days.setdefault(invoice.number, file.day) == file.day else f":{file.day}"
        if part > 1:
            suffix += f":{part}"
        yield record_of(_document(invoice, suffix=suffix))


def _invoices(path: Path) -> list[_Invoice]:
    invoices: dict[tuple[str, str, str], _Invoice] = {}
    for row in read_rows(path):
        try:
            _add(row, invoices)
        except ValueError as error:
            raise ValueError(f"{path}, line {row.line}: {error}") from error
    return list(invoices.values())


def _add(row: Row, invoices: dict[tuple[str, str, str], _Invoice]) -> None:
    fields = row.fields
    number = _invoice_number(fields["InvoiceNo"])
    key = number, _customer(fields["CustomerID"]), fields["Country"]
    moment = _moment(fields["InvoiceDate"])
    quantity, price = _quantity(fields["Quantity"]), _price(fields["UnitPrice"])
    if key not in invoices:
        invoices[key] = _Invoice(number=number, customer=key[1], country=key[2], occurred_at=moment)
    invoice = invoices[key]
    invoice.occurred_at = min(invoice.occurred_at, moment)
    invoice.total = EXACT.add(invoice.total, EXACT.multiply(quantity, price))
    invoice.items.append(
        {
            "stock_code": fields["StockCode"],
            "description": fields["Description"] or None,
            "quantity": quantity,
            "unit_price": format(price, "f"),
        }
    )


def _document(invoice: _Invoice, *, suffix: str) -> Document:
    event_type = EVENT_TYPES.get(invoice.number[0], "order_placed")
    return {
        "event_id": f"{event_type}-{invoice.number}{suffix}",
        "event_type": event_type,
        "schema_version": SCHEMA_VERSION,
        "occurred_at": invoice.occurred_at.isoformat().replace("+00:00", "Z"),
        "order_id": invoice.number,
        "currency": CURRENCY,
        "country": invoice.country,
        "customer": {"id": invoice.customer} if invoice.customer else None,
        "total": format(invoice.total, "f"),
        "items": invoice.items,
    }


def _invoice_number(text: str) -> str:
    if not 1 <= len(text) <= 64:
        raise ValueError(f"InvoiceNo is {text!r}, expected 1 to 64 characters; add the number or remove the line")
    return text


def _customer(text: str) -> str:
    match = CUSTOMER.fullmatch(text)
    return match[1] if match else text


def _quantity(text: str) -> int:
    match = WHOLE.fullmatch(text)
    if not match:
        raise ValueError(f"Quantity is {text!r}, expected a whole number of at most 18 digits; correct the line")
    return int(match[1])


def _price(text: str) -> Decimal:
    if not DECIMAL.fullmatch(text):
        raise ValueError(f"UnitPrice is {text!r}, expected a decimal number such as 2.55; correct the line")
    return Decimal(text)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"InvoiceDate is {text!r}, expected a time such as 2010-12-01 08:26:00; correct it") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
