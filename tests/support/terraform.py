"""Real Terraform, run in the folder of a synthesized stack."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Terraform:
    """``terraform(folder, "plan")`` with the environment it needs to find its provider."""

    env: dict[str, str]

    def __call__(self, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["terraform", f"-chdir={folder}", *arguments]
        return subprocess.run(command, env=self.env, capture_output=True, text=True, check=False)


def keep_state_here(folder: Path) -> None:
    """Overrides a stack's backend, for an apply that keeps its state in the stack's folder."""
    override: dict[str, object] = {"terraform": {"backend": {"local": {}}}}
    (folder / "backend_override.tf.json").write_text(json.dumps(override), encoding="utf-8")
