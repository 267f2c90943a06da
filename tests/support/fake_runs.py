"""A service that runs one job, without running anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from backfill.runs import PastRun


@dataclass
class FakeRuns:
    """Its runs end at once, in the states given, and after those in success. ``calls`` is what it was asked."""

    ends: list[str] = field(default_factory=list)
    runs: list[PastRun] = field(default_factory=list)
    waited: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)

    def history(self) -> Sequence[PastRun]:
        self.calls.append("history")
        return list(self.runs)

    def active(self) -> Sequence[PastRun]:
        self.calls.append("active")
        return [run for run in self.runs if run.is_active]

    def start(self, arguments: Mapping[str, str]) -> str:
        self.calls.append("start")
        state = self.ends.pop(0) if self.ends else "SUCCEEDED"
        self.runs.append(PastRun(run_id=f"jr_{len(self.runs)}", state=state, arguments=dict(arguments)))
        return self.runs[-1].run_id

    def wait(self, run_id: str) -> PastRun:
        self.waited.append(run_id)
        [index] = [place for place, run in enumerate(self.runs) if run.run_id == run_id]
        if self.runs[index].is_active:
            self.runs[index] = replace(self.runs[index], state="SUCCEEDED")
        return self.runs[index]
