"""The backfill itself: pieces of days in, one run for each that is not done yet, in order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from backfill.days import LABEL, Days
from backfill.runs import SUCCEEDED, PastRun, Runs


class BackfillError(Exception):
    """When days cannot be computed, or not now; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Backfill:
    """Of one job. ``label`` keeps it apart from another one of the same days."""

    job: str
    days: Days
    chunk: int
    label: str
    runs: Runs

    def pieces(self) -> list[Days]:
        return list(self.days.pieces(self.chunk))

    def to_do(self, history: Sequence[PastRun]) -> list[Days]:
        """The pieces that no run with their label has done."""
        done = [run for run in history if run.state == SUCCEEDED]
        return [piece for piece in self.pieces() if not any(run.is_of(self._arguments(piece)) for run in done)]

    def check_free(self, history: Sequence[PastRun]) -> None:
        """BackfillError while another run of the job is under way: two would publish the same tables."""
        others = [run for run in history if run.is_active and run.arguments.get(LABEL) != self.label]
        if others:
            raise BackfillError(f"{self.job}: run {others[0].run_id} is {others[0].state}; wait for its end")

    def run(self) -> Iterator[Days]:
        """Does what is to do and yields each piece that is done; BackfillError at the first that fails."""
        for piece in self.to_do(self.runs.history()):
            arguments = self._arguments(piece)
            history = self.runs.history()
            self.check_free(history)
            # One that was started before this command was killed goes on by itself.
            begun = next((run.run_id for run in history if run.is_active and run.is_of(arguments)), None)
            ended = self.runs.wait(begun or self.runs.start(arguments))
            if ended.state != SUCCEEDED:
                raise BackfillError(
                    f"{self.job}, {piece}: run {ended.run_id} ended as {ended.state}; see its log, mend it, and start "
                    "again: what is done is not done again"
                )
            yield piece

    def _arguments(self, piece: Days) -> Mapping[str, str]:
        return piece.arguments(self.label)
