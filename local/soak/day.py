"""The day that is sent: how many events go in, the records come out, counted by kind on their way."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from local.shop.events_of_day import events_of_day
from local.shop.order_record import Kind, Record

REPEAT_SHARE, BAD_SHARE, LATE_SHARE = 0.01, 0.005, 0.02


@dataclass
class Day:
    """What was sent so far. ``reasons`` counts the bad records by the reason they must be set aside with.

    Bad records of the same bytes are one: nothing in them tells them apart.
    """

    kinds: Counter[Kind] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    bad: set[str] = field(default_factory=set)

    @property
    def unique(self) -> int:
        """How many different records."""
        return self.kinds.total() - self.kinds[Kind.REPEAT] - self.kinds[Kind.BAD] + len(self.bad)

    def counted(self, records: Iterable[Record]) -> Iterator[Record]:
        """The same records, each noted as it passes."""
        for record in records:
            self.kinds[record.kind] += 1
            if record.kind is Kind.BAD and record.identity not in self.bad:
                self.bad.add(record.identity)
                self.reasons[str(record.expected_reason)] += 1
            yield record


def day_of(events: int, *, seed: int) -> Iterator[Record]:
    """Exactly ``events`` records of a generated day: visits and orders, 1 % sent again, 0.5 % bad, 2 % of orders late.

    The same arguments give the same bytes.
    """
    return events_of_day(events, seed=seed, repeat_share=REPEAT_SHARE, bad_share=BAD_SHARE, late_share=LATE_SHARE)
