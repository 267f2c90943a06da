"""A function as Lambda would run it: its settings, and where its code and layers lie unpacked."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Function:
    """Two of them are equal only if a warm process of the one may serve the other."""

    arn: str
    name: str
    version: str
    handler: str
    role_arn: str
    memory_mb: int
    timeout_seconds: float
    variables: tuple[tuple[str, str], ...]
    task_root: Path
    layer_roots: tuple[Path, ...]  # in the function's order: a later layer hides an earlier one
    reserved_concurrency: int | None = None
