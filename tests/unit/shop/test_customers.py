import json
import re
from ipaddress import ip_address, ip_network

from local.shop.customers import COUNTRIES, CUSTOMERS, country_of, customer, draw_customer, draw_ip_address
from local.shop.dice import Dice

# What the registries set aside for examples and drama.
RESERVED_NETWORKS = [
    ip_network(text) for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]
RESERVED_PHONES = re.compile(r"44(7700900|1632960|2079460|1134960)\d{3}")
RESERVED_EMAIL = re.compile(r"[a-z]+\.[a-z]+\.\d+@example\.(com|org|net)")


def international(phone: str) -> str:
    digits = re.sub(r"\D", "", phone)
    return "44" + digits.removeprefix("0044").removeprefix("44").removeprefix("0")


def test_a_customer_is_always_the_same_person() -> None:
    assert customer(4_711) == customer(4_711)
    assert customer(4_711)["id"] == "14711"


def test_no_two_customers_share_an_email_address() -> None:
    assert len({customer(number)["email"] for number in range(CUSTOMERS)}) == CUSTOMERS


def test_every_email_address_is_at_a_domain_for_examples() -> None:
    assert all(RESERVED_EMAIL.fullmatch(customer(number)["email"]) for number in range(CUSTOMERS))


def test_every_telephone_number_is_reserved_for_drama() -> None:
    phones = [customer(number).get("phone") for number in range(CUSTOMERS)]
    assert all(RESERVED_PHONES.fullmatch(international(phone)) for phone in phones if phone)
    assert 0.75 < sum(phone is not None for phone in phones) / CUSTOMERS < 0.85


def test_every_ip_address_is_reserved_for_documentation() -> None:
    dice = Dice(1)
    addresses = [ip_address(draw_ip_address(dice)) for _ in range(5_000)]
    assert all(any(address in network for network in RESERVED_NETWORKS) for address in addresses)
    assert {address.version for address in addresses} == {4, 6}


def test_a_few_customers_order_often() -> None:
    dice = Dice(1)
    numbers = [draw_customer(dice) for _ in range(10_000)]
    assert 0 <= min(numbers) <= max(numbers) < CUSTOMERS
    assert 0.29 < sum(number < CUSTOMERS / 10 for number in numbers) / 10_000 < 0.34


def test_customers_live_in_the_shops_countries() -> None:
    countries = [country_of(number) for number in range(CUSTOMERS)]
    assert set(countries) == set(COUNTRIES)
    assert 0.80 < countries.count("United Kingdom") / CUSTOMERS < 0.84


def test_a_person_fits_the_contract() -> None:
    assert len(json.dumps(customer(CUSTOMERS - 1))) < 256
