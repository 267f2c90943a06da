import json
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from local.shop.online_retail import read_events

WriteDay = Callable[..., Path]
DAY = "2010-12-01.csv"


def line(
    invoice: str = "536365",
    code: str = "85123A",
    text: str = "HEART",
    quantity: str = "6",
    moment: str = "2010-12-01 08:26:00",
    price: str = "2.55",
    customer: str = "17850.0",
    country: str = "United Kingdom",
) -> str:
    return ",".join((invoice, code, text, quantity, moment, price, customer, country))


def documents(folder: Path, days: Sequence[date] | None = None) -> list[Any]:
    return [json.loads(record.data) for record in read_events(folder, days)]


def test_an_invoice_is_one_event_with_its_items_in_the_order_of_the_file(write_day: WriteDay) -> None:
    folder = write_day(DAY, line(), line(code="71053", text="LANTERN", price="3.3"), line(code="22086"))
    assert documents(folder) == [
        {
            "event_id": "order_placed-536365",
            "event_type": "order_placed",
            "schema_version": "1.0",
            "occurred_at": "2010-12-01T08:26:00Z",
            "order_id": "536365",
            "currency": "GBP",
            "country": "United Kingdom",
            "customer": {"id": "17850"},
            "total": "50.40",
            "items": [
                {"stock_code": "85123A", "description": "HEART", "quantity": 6, "unit_price": "2.55"},
                {"stock_code": "71053", "description": "LANTERN", "quantity": 6, "unit_price": "3.3"},
                {"stock_code": "22086", "description": "HEART", "quantity": 6, "unit_price": "2.55"},
            ],
        }
    ]


def test_the_invoice_is_the_partition_key_and_the_event_id_the_identity(write_day: WriteDay) -> None:
    (record,) = read_events(write_day(DAY, line()))
    assert (record.partition_key, record.identity, record.expected_reason) == ("536365", "order_placed-536365", None)


@pytest.mark.parametrize(
    ("invoice", "event_type"),
    [("536365", "order_placed"), ("C536379", "order_cancelled"), ("A563185", "order_adjusted")],
)
def test_the_prefix_of_the_invoice_tells_the_event(write_day: WriteDay, invoice: str, event_type: str) -> None:
    (event,) = documents(write_day(DAY, line(invoice=invoice)))
    assert (event["event_type"], event["event_id"]) == (event_type, f"{event_type}-{invoice}")
    assert event["order_id"] == invoice


def test_an_adjustment_may_have_a_negative_price(write_day: WriteDay) -> None:
    (event,) = documents(write_day(DAY, line(invoice="A563186", quantity="1", price="-11062.06")))
    assert (event["total"], event["items"][0]["unit_price"]) == ("-11062.06", "-11062.06")


def test_invoices_come_as_they_first_appear_even_if_their_lines_are_mixed(write_day: WriteDay) -> None:
    write_day("2010-12-02.csv", line("1"))
    folder = write_day(DAY, line("9"), line("5"), line("9"))
    assert [(event["order_id"], len(event["items"])) for event in documents(folder)] == [("9", 2), ("5", 1), ("1", 1)]


def test_equal_lines_are_two_lines_and_both_count(write_day: WriteDay) -> None:
    (event,) = documents(write_day(DAY, line(), line()))
    assert (len(event["items"]), event["total"]) == (2, "30.60")


def test_an_invoice_happens_at_its_earliest_line(write_day: WriteDay) -> None:
    folder = write_day(DAY, line(moment="2010-12-01 08:27:00"), line(moment="2010-12-01 08:26:00"))
    assert documents(folder)[0]["occurred_at"] == "2010-12-01T08:26:00Z"


def test_a_time_with_an_offset_becomes_utc(write_day: WriteDay) -> None:
    folder = write_day(DAY, line(moment="2010-12-01T08:26:00.5+02:00"))
    assert documents(folder)[0]["occurred_at"] == "2010-12-01T06:26:00.500000Z"


@pytest.mark.parametrize(
    ("written", "customer"),
    [("17850.0", {"id": "17850"}), ("17850", {"id": "17850"}), ("A-7.5", {"id": "A-7.5"}), ("", None), ("  ", None)],
)
def test_a_customer_is_a_number_without_the_spreadsheets_decimal_or_null(
    write_day: WriteDay, written: str, customer: dict[str, str] | None
) -> None:
    assert documents(write_day(DAY, line(customer=written)))[0]["customer"] == customer


def test_an_empty_description_is_null(write_day: WriteDay) -> None:
    (event,) = documents(write_day(DAY, line(text=""), line(text=" ")))
    assert [item["description"] for item in event["items"]] == [None, None]


def test_blanks_at_the_ends_are_cut_off_and_blanks_inside_stay(write_day: WriteDay) -> None:
    (event,) = documents(write_day(DAY, line(code=" BANK CHARGES ", text=" 3  £ WORTH "), line(invoice=" 536365 ")))
    assert event["items"][0]["stock_code"] == "BANK CHARGES"
    assert event["items"][0]["description"] == "3  £ WORTH"
    assert len(event["items"]) == 2


@pytest.mark.parametrize(
    ("price", "written"),
    [("2.55", "2.55"), ("2.50", "2.50"), ("0.001", "0.001"), ("0", "0"), (".5", "0.5"), ("1e-05", "0.00001")],
)
def test_a_price_keeps_its_digits(write_day: WriteDay, price: str, written: str) -> None:
    (event,) = documents(write_day(DAY, line(price=price, quantity="1")))
    assert (event["items"][0]["unit_price"], Decimal(event["total"])) == (written, Decimal(written))


def test_a_total_is_exact_where_floats_and_28_digits_are_not(write_day: WriteDay) -> None:
    folder = write_day(
        DAY,
        line(quantity="3", price="0.1"),
        line(quantity="999999999999999999", price="999999999999999.0001"),
    )
    # In 1/10000, as whole numbers, which Python never rounds.
    units = 3 * 1_000 + 999999999999999999 * 9999999999999990001
    assert Fraction(documents(folder)[0]["total"]) == Fraction(units, 10_000)


def test_what_the_contract_refuses_is_sent_for_the_quarantine_to_name(write_day: WriteDay) -> None:
    (event,) = documents(write_day(DAY, line(code="", country="", price="2.55001", quantity="0")))
    assert event["country"] == ""
    assert event["items"] == [{"stock_code": "", "description": "HEART", "quantity": 0, "unit_price": "2.55001"}]


def test_an_invoice_met_again_on_a_later_day_is_an_event_of_its_own(write_day: WriteDay) -> None:
    write_day(DAY, line("1"))
    write_day("2010-12-03.csv.gz", line("1", moment="2010-12-03 00:00:00"), line("2"))
    folder = write_day("2010-12-02.csv", line("1", moment="2010-12-02 00:00:00"))
    assert [event["event_id"] for event in documents(folder)] == [
        "order_placed-1",
        "order_placed-1:2010-12-02",
        "order_placed-1:2010-12-03",
        "order_placed-2",
    ]


def test_an_event_has_the_same_bytes_whichever_days_are_asked_for(write_day: WriteDay) -> None:
    write_day(DAY, line("1"))
    folder = write_day("2010-12-02.csv", line("1"), line("2"))
    assert list(read_events(folder))[1:] == list(read_events(folder, [date(2010, 12, 2)]))


def test_lines_that_disagree_about_the_customer_or_country_become_events_of_their_own(write_day: WriteDay) -> None:
    folder = write_day(DAY, line(), line(customer=""), line(country="EIRE"), line())
    assert [
        (event["event_id"], event["customer"], event["country"], event["total"]) for event in documents(folder)
    ] == [
        ("order_placed-536365", {"id": "17850"}, "United Kingdom", "30.60"),
        ("order_placed-536365:2", None, "United Kingdom", "15.30"),
        ("order_placed-536365:3", {"id": "17850"}, "EIRE", "15.30"),
    ]


def test_days_come_in_their_own_order_however_they_are_asked_for(write_day: WriteDay) -> None:
    write_day("2010-12-03.csv", line("3"))
    write_day("2010-12-02.csv", line("2"))
    folder = write_day(DAY, line("1"))
    days = [date(2010, 12, 3), date(2010, 12, 1), date(2010, 12, 3)]
    assert [event["order_id"] for event in documents(folder, days)] == ["1", "3"]
    assert documents(folder, []) == []


def test_a_day_without_file_is_named_at_once(write_day: WriteDay) -> None:
    folder = write_day(DAY, line())
    with pytest.raises(ValueError, match=r"no file for 2010-12-04; there are 1 days from 2010-12-01 to 2010-12-01"):
        read_events(folder, [date(2010, 12, 1), date(2010, 12, 4)])


def test_later_files_are_not_opened_for_an_earlier_day(write_day: WriteDay) -> None:
    write_day("2010-12-02.csv", header="broken")
    folder = write_day(DAY, line())
    assert len(documents(folder, [date(2010, 12, 1)])) == 1


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (line(quantity="six"), "Quantity is 'six', expected a whole number"),
        (line(quantity="6.5"), "Quantity is '6.5', expected a whole number"),
        (line(quantity=""), "Quantity is '', expected a whole number"),
        (line(quantity="\uff11\uff12"), "Quantity is '\uff11\uff12', expected a whole number"),
        (line(quantity="1_000"), "Quantity is '1_000', expected a whole number"),
        (line(price="£2.55"), "UnitPrice is '£2.55', expected a decimal number"),
        (line(price="NaN"), "UnitPrice is 'NaN', expected a decimal number"),
        (line(price="1e999"), "UnitPrice is '1e999', expected a decimal number"),
        (line(price='"2,55"'), "UnitPrice is '2,55', expected a decimal number"),
        (line(moment="01/12/2010 08:26"), "InvoiceDate is '01/12/2010 08:26', expected a time"),
        (line(moment="2010-02-30 08:26:00"), "InvoiceDate is '2010-02-30 08:26:00', expected a time"),
        (line(invoice=""), "InvoiceNo is '', expected 1 to 64 characters"),
        (line(invoice="5" * 65), "InvoiceNo is '5{65}', expected 1 to 64 characters"),
    ],
)
def test_what_fits_into_no_event_is_named_with_its_place(write_day: WriteDay, broken: str, message: str) -> None:
    folder = write_day(DAY, line(), broken)
    with pytest.raises(ValueError, match=f"{folder / DAY}, line 3: {message}"):
        documents(folder)


@pytest.mark.parametrize("quantity", ["6", "+6", "6.0", "6."])
def test_a_whole_number_may_be_written_as_a_spreadsheet_writes_it(write_day: WriteDay, quantity: str) -> None:
    assert documents(write_day(DAY, line(quantity=quantity)))[0]["items"][0]["quantity"] == 6
