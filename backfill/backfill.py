"""The backfill itself: pieces of days in, one run for each that is not done yet, in order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from backfill.days import Days
from backfill.runs import SUCCEEDED, PastRun, Runs


class BackfillError(Exception):
    """When days cannot be computed, or not now; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Backfill:
    """Of one job. ``label`` keeps it apart from another one of the same days; a ``whole`` job does them in one run."""

    job: str
    days: Days
    chunk: int
    label: str
    runs: Runs
    whole: bool = False

    def pieces(self) -> list[Days]:
        return [self.days] if self.whole else list(self.days.pieces(self.chunk))

    def to_do(self, history: Sequence[PastRun]) -> list[Days]:
        """The pieces that no run with their label has done."""
        done = [run for run in history if run.state == SUCCEEDED]
        return [piece for piece in self.pieces() if not any(run.is_of(self._arguments(piece)) for run in done)]

    def check_free(self, runs: Sequence[PastRun]) -> None:
        """BackfillError while a run of the job is under way that is none of the pieces: both would publish the same."""
        mine = [self._arguments(piece) for piece in self.pieces()]
        for run in runs:
            if run.is_active and not any(run.is_of(arguments) for arguments in mine):
                raise BackfillError(f"{self.job}: run {run.run_id} is {run.state}; wait for its end")

    def run(self, to_do: Sequence[Days]) -> Iterator[Days]:
        """Does these pieces and yields each that is done; BackfillError at the first that fails."""
        for piece in to_do:
            ended = self._run(self._arguments(piece))
            if ended.state != SUCCEEDED:
                raise BackfillError(
                    f"{self.job}, {piece}: run {ended.run_id} ended as {ended.state}; see its log, mend it, and start "
                    "again: what is done is not done again"
                )
            yield piece

    def _run(self, arguments: Mapping[str, str]) -> PastRun:
        """One that was started before this command was killed goes on by itself."""
        active = self.runs.active()
        self.check_free(active)
        ended = [self.runs.wait(run.run_id) for run in active]
        begun = next((run for run in ended if run.is_of(arguments)), None)
        return begun or self.runs.wait(self.runs.start(arguments))

    def _arguments(self, piece: Days) -> Mapping[str, str]:
        return piece.arguments(self.label)
