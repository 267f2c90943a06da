"""What a soak says: counts, memory and objects go in, problems and build/soak/report.json come out."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from local.lambda_service.tally import Tally
from local.report.accounting import Accounting
from local.shop.order_record import Kind
from local.soak.day import Day
from local.soak.memory import Growth

# A batch of a day in its order touches two hours and that of the visits before, on this day and the three that late
# events come from.
HOURS_PER_BATCH = 3 * 4
# By the arrival, which cannot span more hours than the clock shows while a batch is open.
QUARANTINE_PER_BATCH = 2
# A shorter run is mostly warm-up. Whatever keeps something of each record, be it its id, grows by ten and more.
JUDGED_RECORDS = 100_000
GROWTH_MB_PER_100K = 5.0


@dataclass(frozen=True, kw_only=True)
class SoakReport:
    """``objects`` counts what lies in S3 by table; ``service`` and ``function`` are None of too few samples."""

    day: Day
    accounting: Accounting
    tally: Tally
    objects: Mapping[str, int]
    service: Growth | None
    function: Growth | None
    seconds: Mapping[str, float]

    @property
    def objects_per_invocation(self) -> float:
        return sum(self.objects.values()) / max(1, self.tally.invocations)

    @property
    def objects_bound(self) -> int:
        """The most one invocation may write: each table's hours, and quarantine's."""
        tables = [name for name in self.objects if not name.startswith("quarantine")]
        return len(tables) * HOURS_PER_BATCH + QUARANTINE_PER_BATCH

    @property
    def problems(self) -> tuple[str, ...]:
        """Promises that were not kept, in a sentence each."""
        account, day = self.accounting, self.day
        quarantined = sum(account.quarantined.values())
        found = {
            f"Sent {account.sent_unique:,} different records, not {day.unique:,}.": account.sent_unique != day.unique,
            f"Lost records: {account.lost:,}, such as {', '.join(account.lost_ids)}.": bool(account.lost),
            f"Seen more than once: {account.duplicates:,}.": bool(account.duplicates),
            f"{account.stored:,} stored and {quarantined:,} set aside are not {account.sent_unique:,} sent.": (
                account.stored + quarantined != account.sent_unique
            ),
            f"Set aside for other reasons: {dict(account.quarantined)}, not {dict(day.reasons)}.": (
                dict(account.quarantined) != dict(day.reasons)
            ),
            f"{self.objects_per_invocation:.1f} objects per invocation, more than {self.objects_bound}.": (
                self.objects_per_invocation > self.objects_bound
            ),
        }
        return tuple(problem for problem, holds in found.items() if holds) + self._growing

    @property
    def memory(self) -> Mapping[str, Growth | None]:
        """By the kind of process."""
        return {"service": self.service, "function": self.function}

    @property
    def _growing(self) -> tuple[str, ...]:
        """Kinds of process whose memory grows with the records, or of which nobody can say that it does not."""
        if self.accounting.sent < JUDGED_RECORDS:
            return ()
        told = ((name, _growth_problem(each)) for name, each in self.memory.items())
        return tuple(f"Memory of the {name}: {problem}." for name, problem in told if problem)


def _growth_problem(growth: Growth | None) -> str | None:
    if growth is None:
        return f"too few samples in {JUDGED_RECORDS:,} records and more"
    if growth.mb_per_100k <= GROWTH_MB_PER_100K:
        return None
    return f"{growth.mb_per_100k:+.2f} MB per 100,000 records, more than {GROWTH_MB_PER_100K:g}"


def document(report: SoakReport) -> dict[str, Any]:
    """The report as JSON knows it."""
    return {
        "problems": list(report.problems),
        "kinds": {kind.value: count for kind, count in report.day.kinds.items()},
        "accounting": asdict(report.accounting),
        "delivery": asdict(report.tally),
        "objects": dict(report.objects),
        "objects_per_invocation": round(report.objects_per_invocation, 3),
        "objects_bound": report.objects_bound,
        "memory": {name: asdict(each) if each else None for name, each in report.memory.items()},
        "seconds": {stage: round(seconds, 1) for stage, seconds in report.seconds.items()},
    }


def write_report(report: SoakReport, folder: Path) -> Path:
    """Writes report.json and returns where it is."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "report.json"
    path.write_text(json.dumps(document(report), indent=2) + "\n", encoding="utf-8")
    return path


def lines(report: SoakReport) -> list[str]:
    """The figures for people."""
    account, seconds = report.accounting, sum(report.seconds[stage] for stage in ("send", "process"))
    return [
        f"sent         {account.sent:>12,} records, {account.sent_unique:,} different, in {seconds:,.0f} s",
        f"stored       {account.stored:>12,}",
        f"quarantined  {sum(account.quarantined.values()):>12,}",
        f"lost         {account.lost:>12,}",
        f"duplicates   {account.duplicates:>12,}",
        f"late orders  {report.day.kinds[Kind.LATE]:>12,}",
        f"invocations  {report.tally.invocations:>12,}",
        f"objects      {sum(report.objects.values()):>12,}, {report.objects_per_invocation:.1f} per invocation "
        f"(bound {report.objects_bound})",
        *(f"{name:<12} {_memory(each)}" for name, each in report.memory.items()),
    ]


def _memory(growth: Growth | None) -> str:
    if growth is None:
        return "too few samples of its memory"
    return (
        f"{growth.last_mb:>12,.0f} MB at the end, {growth.highest_mb:,.0f} MB at most, "
        f"{growth.mb_per_100k:+.2f} MB per 100,000 records"
    )
