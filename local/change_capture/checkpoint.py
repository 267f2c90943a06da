"""How far the capture has come, kept in a file: written only after the objects are, so that a crash repeats changes."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from local.change_capture.change_number import ChangeNumber
from local.lambda_service.atomic_file import write_atomically


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """``gtid`` is the last transaction whose rows are in bronze; ``loaded`` False: the full load is not complete.

    ``last_file`` is the name of the last file, for those of the next ones to come after it. ``stopped`` says why the
    capture refuses to go on, and is taken away by hand.
    """

    gtid: str = ""
    loaded: bool = False
    number: ChangeNumber = field(default_factory=ChangeNumber)
    last_file: str = ""
    stopped: str = ""


def read(path: Path) -> Checkpoint:
    """The one that was kept, or the beginning."""
    if not path.is_file():
        return Checkpoint()
    content = json.loads(path.read_text(encoding="utf-8"))
    return Checkpoint(**content | {"number": ChangeNumber(**content["number"])})


def keep(path: Path, checkpoint: Checkpoint) -> None:
    write_atomically(path, json.dumps(asdict(checkpoint), indent=1).encode())
