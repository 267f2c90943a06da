"""The file by which a work directory knows its embedded AWS: who it is, where it listens, since when."""

import contextlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

PID_FILE = "embedded_aws.pid.json"


@dataclass(frozen=True)
class PidFile:
    pid: int
    port: int
    endpoint: str
    process_start: str
    instance_id: str
    started_at: str


def remember(work_dir: Path, content: PidFile) -> None:
    """Write the file in one step: a reader sees all of it or nothing."""
    draft = work_dir / f"{PID_FILE}.{content.pid}"
    draft.write_text(json.dumps(asdict(content), indent=1) + "\n")
    draft.replace(work_dir / PID_FILE)


def recall(work_dir: Path) -> PidFile | None:
    """What the file says; None if there is none or it cannot be what `remember` wrote."""
    try:
        return PidFile(**json.loads((work_dir / PID_FILE).read_text()))
    except (FileNotFoundError, json.JSONDecodeError, TypeError):
        return None


def forget(work_dir: Path, *, instance_id: str) -> None:
    """Remove the file if it is this instance's own."""
    content = recall(work_dir)
    if content is not None and content.instance_id == instance_id:
        with contextlib.suppress(FileNotFoundError):
            (work_dir / PID_FILE).unlink()
