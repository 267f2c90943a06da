"""How far each mapping has settled each shard, on disk.

In: work_dir/event_source_mappings/<uuid>/<shard>.json and start.json. Out: the same, replaced atomically.
"""

import json
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from local.lambda_service.atomic_file import write_atomically
from local.lambda_service.tally import Tally, tally_from

FOLDER = "event_source_mappings"


@dataclass(frozen=True, kw_only=True)
class Start:
    """Where a shard without a checkpoint begins."""

    kind: Literal["TRIM_HORIZON", "AT_TIMESTAMP"]
    timestamp: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """Everything up to `sequence_number` is settled; `finished`: the shard is closed and read to its end."""

    sequence_number: str | None = None
    finished: bool = False
    tally: Tally = field(default_factory=Tally)


class CheckpointStore:
    """The checkpoints of one mapping."""

    def __init__(self, work_dir: Path, mapping_uuid: str) -> None:
        self._folder = work_dir / FOLDER / mapping_uuid

    def read(self, shard_id: str) -> Checkpoint:
        document = self._read(shard_id)
        if document is None:
            return Checkpoint()
        return Checkpoint(
            sequence_number=document["sequence_number"],
            finished=document["finished"],
            tally=tally_from(document["tally"]),
        )

    def write(self, shard_id: str, checkpoint: Checkpoint) -> None:
        self._write(shard_id, asdict(checkpoint))

    def start(self) -> Start | None:
        """The start noted for this mapping; None if it never ran."""
        document = self._read("start")
        return None if document is None else Start(**document)

    def note_start(self, position: str, timestamp: float) -> Start:
        """Fixes the start once and for all.

        LATEST becomes the time of the first start: read anew after a crash, "latest" would skip what came meanwhile,
        and a shard born of a reshard would miss its first records.
        """
        noted = self.start()
        if noted is not None:
            return noted
        start = Start(kind="TRIM_HORIZON")
        if position != "TRIM_HORIZON":
            start = Start(kind="AT_TIMESTAMP", timestamp=time.time() if position == "LATEST" else timestamp)
        self._write("start", asdict(start))
        return start

    def _read(self, name: str) -> dict[str, Any] | None:
        try:
            content = (self._folder / f"{name}.json").read_bytes()
        except FileNotFoundError:
            return None
        document: dict[str, Any] = json.loads(content)
        return document

    def _write(self, name: str, document: dict[str, Any]) -> None:
        write_atomically(self._folder / f"{name}.json", json.dumps(document).encode())
