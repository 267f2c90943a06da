"""The customers of the generated shop: a number goes in, an invented person comes out, the same one always.

Nobody real can be meant. RFC 2606 reserves the mail domains and RFC 5737 and RFC 3849 the IP addresses for examples,
Ofcom the telephone numbers for drama (its page "Telephone numbers for use in TV and radio drama programmes").
"""

import unicodedata
from itertools import accumulate
from typing import Any

from local.shop.dice import Dice

CUSTOMERS = 40_000
FIRST = (
    *("Ada", "Amir", "Anaïs", "Bela", "Chloë", "Dina", "Emre", "Femi", "Greta", "Hana", "Ines", "Joël", "Kofi", "Lena"),
    *("Mei", "Nia", "Olga", "Priya", "Quinn", "René", "Sven", "Tariq", "Uma", "Vera", "Wen", "Ximena", "Yara", "Zoë"),
)
LAST = (
    *("Abbott", "Baker", "Castro", "Dubois", "Evans", "Fischer", "García", "Haddad", "Ivanova", "Jensen", "Kaur"),
    *(
        "Lindqvist",
        "Müller",
        "Nakamura",
        "O'Neill",
        "Okafor",
        "Pereira",
        "Rossi",
        "Sharma",
        "Tanaka",
        "Walsh",
        "Yilmaz",
    ),
)
MAIL_DOMAINS = ("example.com", "example.org", "example.net")
# Each followed by three digits; as people write them.
PHONES = ("07700 900{}", "+44 7700 900{}", "01632 960{}", "(01632) 960-{}", "020 7946 0{}", "0044 113 496 0{}")
ADDRESSES = ("192.0.2.{}", "198.51.100.{}", "203.0.113.{}")
COUNTRIES = {
    "United Kingdom": 820,
    "Germany": 45,
    "France": 42,
    "Ireland": 35,
    "Spain": 16,
    "Netherlands": 13,
    "Belgium": 11,
    "Switzerland": 8,
    "Portugal": 6,
    "Australia": 4,
}
_NAMES = tuple(COUNTRIES)
_WEIGHTS = tuple(accumulate(COUNTRIES.values()))


def draw_customer(dice: Dice) -> int:
    """The number of a customer; a few order often, most seldom."""
    often = dice.roll()
    return int(often * often * CUSTOMERS)


def customer(number: int) -> dict[str, Any]:
    """Who the customer is. Some gave no telephone number, a few not even a name."""
    mixed = _mixed(number)
    first, last = FIRST[mixed % len(FIRST)], LAST[mixed // 64 % len(LAST)]
    person = {"id": str(10_000 + number), "email": _email(first, last, number)}
    if mixed % 5:
        person["phone"] = PHONES[mixed % len(PHONES)].format(f"{mixed % 1000:03d}")
    if mixed % 33:
        person["name"] = f"{first} {last}"
    return person


def country_of(number: int) -> str:
    """Where the customer lives."""
    return _country(_mixed(number) % _WEIGHTS[-1])


def draw_country(dice: Dice) -> str:
    """Where a guest lives."""
    return _country(dice.below(_WEIGHTS[-1]))


def draw_ip_address(dice: Dice) -> str:
    """An address of the documentation ranges, one in ten of them IPv6."""
    if dice.chance(0.1):
        return f"2001:db8:{dice.below(65_536):x}:{dice.below(65_536):x}::{1 + dice.below(65_535):x}"
    return dice.pick(ADDRESSES).format(1 + dice.below(254))


def _country(share: int) -> str:
    return next(name for name, limit in zip(_NAMES, _WEIGHTS, strict=True) if share < limit)


def _email(first: str, last: str, number: int) -> str:
    plain = unicodedata.normalize("NFKD", f"{first}.{last}").encode("ascii", "ignore").decode().replace("'", "")
    return f"{plain.lower()}.{number}@{MAIL_DOMAINS[number % len(MAIL_DOMAINS)]}"


def _mixed(number: int) -> int:
    """Neighbouring numbers far apart (Knuth's multiplicative hash), without a table of 40,000 people in memory."""
    return number * 2_654_435_761 % 2**32 >> 7
