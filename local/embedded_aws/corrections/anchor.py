"""What a correction holds on to in moto, and the guard that it is still there.

A correction replaces functions of moto that were read before. If moto is another version, or such a function reads
differently, the correction would hide a change nobody has looked at: then the embedded AWS must not start.
"""

import hashlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

MOTO_VERSION = "5.2.5"
ABSENT = "absent"

REMEDY = (
    "Remedy: install the pinned moto (pipenv sync --dev), or, if the version was raised on purpose, read the function "
    "again, mend or drop the correction, and write the new version or digest into local/embedded_aws/corrections/."
)

Correction = Callable[[], None]


class CorrectionError(RuntimeError):
    """When moto is not the one the corrections were written for."""


@dataclass(frozen=True)
class Anchor:
    """A method or property of moto: its class, its name and the digest of its source, or ABSENT."""

    owner: type[Any]
    name: str
    digest: str

    @property
    def original(self) -> Callable[..., Any]:
        function: Callable[..., Any] = getattr(self.owner, self.name)
        return function

    def replace_by(self, replacement: Callable[..., Any] | property) -> None:
        setattr(self.owner, self.name, replacement)

    def current_digest(self) -> str:
        if not hasattr(self.owner, self.name):
            return ABSENT
        found = getattr(self.owner, self.name)
        function: Callable[..., Any] = getattr(found, "fget", found)
        return hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:12]


def check_version(installed: str) -> None:
    """Raise unless moto is the version all corrections were tried with."""
    if installed != MOTO_VERSION:
        raise CorrectionError(
            f"embedded AWS: moto {installed} is installed, the corrections were written for {MOTO_VERSION}. {REMEDY}"
        )


def check_anchor(correction: str, anchor: Anchor) -> None:
    """Raise unless `anchor` reads as it did when `correction` was written."""
    current = anchor.current_digest()
    if current != anchor.digest:
        place = f"{anchor.owner.__module__}.{anchor.owner.__qualname__}.{anchor.name}"
        raise CorrectionError(
            f"embedded AWS: correction {correction} mends {place}, whose source has digest {current}, "
            f"expected {anchor.digest} (moto {MOTO_VERSION}). {REMEDY}"
        )
