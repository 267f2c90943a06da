"""All that a shop says on a day: visits and the orders they end in."""

from collections.abc import Iterator
from itertools import islice

from local.shop.order_record import Record
from local.shop.shop_day import generate
from local.shop.visits import with_visits

# An order comes with more steps than this, so that there are enough records for any number of events.
EVENTS_PER_ORDER = 15


def events_of_day(
    events: int, *, seed: int, repeat_share: float = 0.01, bad_share: float = 0.005, late_share: float = 0.02
) -> Iterator[Record]:
    """Exactly ``events`` records; shares as in `generate`, of steps too. The same arguments give the same bytes."""
    orders = generate(
        max(1, events // EVENTS_PER_ORDER),
        seed=seed,
        repeat_share=repeat_share,
        bad_share=bad_share,
        late_share=late_share,
    )
    return islice(with_visits(orders, seed=seed, repeat_share=repeat_share, bad_share=bad_share), events)
