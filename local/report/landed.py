"""What became of a file that was landed in bronze."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Landed:
    """One file: ``outcome`` is ``accepted``, ``refused`` (``why`` says by which check) or ``forwarded`` for a log."""

    source: str
    file: str
    outcome: str
    read: int = 0
    stored: int = 0
    quarantined: int = 0
    why: str | None = None

    def __str__(self) -> str:
        name = f"  {self.source}/{self.file}: {self.outcome}"
        if self.why:
            return f"{name}, {self.why}"
        rows = f"{self.read:,} rows, {self.stored:,} stored, {self.quarantined:,} in quarantine"
        return name if self.outcome == "forwarded" else f"{name}, {rows}"
