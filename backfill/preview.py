"""What a backfill will cost, before it begins: past runs or the job's size in, a line with figures out."""

from collections.abc import Sequence
from dataclasses import dataclass

from backfill.days import Days
from backfill.runs import SUCCEEDED, PastRun
from config.job_prices import JobPrices, Usage, usage_of
from config.job_size import JobSize

# Only until there are runs to tell from: start, one day's objects or the CRM's, and the commit, with all workers.
ASSUMED_MINUTES = 5.0


@dataclass(frozen=True, kw_only=True)
class Preview:
    """``usage`` in all and what it comes to; ``basis`` says how that is known."""

    usage: Usage
    dollars: float
    price: str
    basis: str

    def __str__(self) -> str:
        return f"{self.price} = {self.dollars:,.2f} dollars ({self.basis})"


def preview(
    size: JobSize,
    to_do: Sequence[Days],
    past: Sequence[PastRun],
    *,
    whole: bool = False,
    prices: JobPrices | None = None,
) -> Preview:
    """Of these pieces with a job of this size, by event date; of a job that is ``whole`` by run."""
    prices = prices or JobPrices()
    # A run without dates computed what had changed, if anything: no measure.
    known = [run for run in past if run.state == SUCCEEDED and run.days and run.usage]
    amount = sum(1 if whole else len(piece) for piece in to_do)
    seen = sum(1 if whole else run.days for run in known)
    if seen:
        usage = _sum([run.usage for run in known if run.usage]).times(amount / seen)
        basis = f"as {len(known)} past runs{'' if whole else f' of {seen} days'} used"
    else:
        usage = usage_of(size, amount * ASSUMED_MINUTES / 60)
        each = "run" if whole else "day"
        basis = f"assumed: {ASSUMED_MINUTES:.0f} minutes a {each} with all {size.workers} {size.worker_type} workers"
    return Preview(
        usage=usage,
        dollars=usage.dollars(size, prices),
        price=_price(usage, size, prices),
        basis=f"{basis}; {prices.origin(size)}",
    )


def _price(usage: Usage, size: JobSize, prices: JobPrices) -> str:
    if size.engine == "emr":
        cores = f"{usage.core_hours:,.1f} vCPU-hours x {prices.core_hour}"
        return f"{cores} + {usage.gb_hours:,.1f} GB-hours x {prices.gb_hour}"
    return f"{usage.dpu_hours:,.1f} DPU-hours x {prices.of_dpu(size)}"


def _sum(usages: Sequence[Usage]) -> Usage:
    return Usage(
        dpu_hours=sum(usage.dpu_hours for usage in usages),
        core_hours=sum(usage.core_hours for usage in usages),
        gb_hours=sum(usage.gb_hours for usage in usages),
    )
