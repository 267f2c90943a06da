"""`errored.tfstate`: what Terraform knew and could not store.

Until it is pushed, the next apply makes everything a second time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from deploy.stack import DeployError, Stack
from deploy.state_object import StateVersion, parse_version

NAME = "errored.tfstate"


@dataclass(frozen=True, kw_only=True)
class Rescue:
    """A state to push, and the one it would follow (None: there is none yet)."""

    path: Path
    errored: StateVersion
    remote: StateVersion | None

    def objection(self) -> str | None:
        """Why it must not be pushed; Terraform would refuse too, less plainly."""
        if not self.errored.readable:
            return f"{self.path} is no state Terraform can read"
        if self.remote is None or self.remote.serial is None:
            return None
        if self.remote.lineage != self.errored.lineage:
            return f"{self.path} belongs to another state (lineage {self.errored.lineage}, not {self.remote.lineage})"
        if (self.errored.serial or 0) <= self.remote.serial:
            return (
                f"{self.path} has serial {self.errored.serial}, the stored state {self.remote.serial} already: "
                "somebody applied since; run `make adopt` for what is missing"
            )
        return None


def find_errored(folders: Iterable[Path]) -> Path:
    """The newest ``errored.tfstate`` in the folders; DeployError if there is none."""
    found = [path for folder in folders if (path := folder / NAME).is_file()]
    if not found:
        raise DeployError(f"no {NAME} found; name the file CI kept with FILE=<path>")
    return max(found, key=lambda path: path.stat().st_mtime)


def prepare(stack: Stack, path: Path) -> Rescue:
    """Reads both states."""
    remote = stack.terraform("state", "pull").encode()
    return Rescue(path=path, errored=_read(path.read_bytes()), remote=_read(remote) if remote.strip() else None)


def push(stack: Stack, rescue: Rescue) -> Path:
    """Stores it and sets the file aside, so that it is not pushed again; returns its new name."""
    objection = rescue.objection()
    if objection:
        raise DeployError(objection)
    stack.terraform("state", "push", str(rescue.path.resolve()))
    return rescue.path.rename(rescue.path.with_name(f"pushed.{rescue.errored.serial}.tfstate"))


def _read(body: bytes) -> StateVersion:
    return parse_version("", datetime.now(UTC), body)
