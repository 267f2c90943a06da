"""The products of the generated shop: nothing goes in, the same 1,920 products with the same prices come out always."""

from dataclasses import dataclass
from functools import cache
from itertools import accumulate, product

from local.shop.dice import Dice

FINISHES = ("RED", "IVORY", "SAGE", "NAVY", "ROSE", "COPPER", "STRIPED", "DOTTED", "VINTAGE", "CAFÉ")
MATERIALS = ("ENAMEL", "GLASS", "COTTON", "OAK", "FELT", "CERAMIC", "WICKER", "PAPER", "TIN", "WOOL", "SLATE", "CORK")
THINGS = (
    *("MUG", "LANTERN", "CUSHION", "TRAY", "PLANT POT", "GARLAND", "COASTER SET", "BASKET"),
    *("PICTURE FRAME", "CANDLE HOLDER", "STORAGE BOX", "DOORSTOP", "WALL CLOCK", "HEART", "BUNTING", "TEA TOWEL"),
)
# In 1/10000 of the currency: the smallest amount the contract can hold. Sold by the hundred, 0.0125 is a price.
PRICES = (2900, 4200, 6500, 8500, 12500, 16500, 19500, 25500, 29500, 37500, 49500, 84950, 129500, 249900, 125)
UNIT = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Product:
    """``price`` is what the shop writes, ``price_units`` the same in 1/10000."""

    stock_code: str
    description: str
    price: str
    price_units: int


@cache
def products() -> tuple[Product, ...]:
    """The most wanted first."""
    dice = Dice(20101201)
    names = [" ".join(words) for words in product(FINISHES, MATERIALS, THINGS)]
    # Mixed, or the best sellers would all be red.
    names.sort(key=lambda _: dice.roll())
    return tuple(_product(20_000 + number, name, dice.pick(PRICES)) for number, name in enumerate(names))


@cache
def popularity() -> tuple[int, ...]:
    """Cumulative weights of `products`, close to Zipf's law: the n-th sells about 1/n as often as the first."""
    return tuple(accumulate(1_000_000 // (rank + 5) for rank in range(len(products()))))


def amount(units: int) -> str:
    """An amount in 1/10000 as an exact decimal with at least two places."""
    sign, units = ("-", -units) if units < 0 else ("", units)
    whole, fraction = divmod(units, UNIT)
    places = f"{fraction:04d}"
    return f"{sign}{whole}.{places[:2]}{places[2:].rstrip('0')}"


def _product(number: int, name: str, price_units: int) -> Product:
    return Product(stock_code=str(number), description=name, price=amount(price_units), price_units=price_units)
