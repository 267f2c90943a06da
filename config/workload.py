"""What the platform must carry: what stream, functions and front door are held against, and what a bill starts from."""

from dataclasses import dataclass

DAY_SECONDS = 86_400


@dataclass(frozen=True, kw_only=True)
class Workload:
    """A shop's traffic. ``peak_factor`` is the busiest second over the average one, ``event_bytes`` one event's size.

    ``handler_records_per_second`` is what one full core decodes, checks, masks and writes as Parquet: measured by
    ``make bench`` at 52,000 and more, taken here with a wide margin. ``write_seconds`` is what S3 takes for the objects
    of a batch, side by side.

    ``validator_seconds_per_mb`` is what one full core takes for a megabyte of a file: rows of 100 bytes were
    measured by ``make bench`` at 0.16, JSON at less than 0.1, 1 GB of the ERP's narrow ones at 0.27; a core of Lambda
    is taken for half as fast, and the rest is for S3.
    """

    events_per_day: int = 10_000_000
    peak_factor: int = 20
    event_bytes: int = 500
    handler_records_per_second: int = 10_000
    write_seconds: float = 0.5
    validator_seconds_per_mb: float = 0.6

    @property
    def peak_events_per_second(self) -> float:
        return self.events_per_day / DAY_SECONDS * self.peak_factor

    @property
    def peak_bytes_per_second(self) -> float:
        return self.peak_events_per_second * self.event_bytes
