"""Runs cdktf against the embedded AWS: stack in, applied resources out, progress on the way."""

import json
import os
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from local.deployment.unfinished import unfinished_run

ROOT = Path(__file__).resolve().parents[2]
CDKTF = ROOT / "node_modules" / ".bin" / "cdktf"
# The provider sleeps up to a minute over some resources, however quick the answer; so let them sleep at the same time.
PARALLELISM = 30
DONE = re.compile(r"(?:Creation|Modifications|Destruction) complete after")
ERROR = re.compile(r"Error: (.+)")
REGISTRY_TROUBLE = re.compile(r"Failed to (query available provider packages|install provider)|registry service")


class DeploymentError(Exception):
    """When cdktf or Terraform failed; the message holds their first error and where the whole log lies."""


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """A stack on the embedded AWS. ``work_dir`` holds what it leaves on this machine."""

    stack: str
    work_dir: Path

    @property
    def output(self) -> Path:
        """Where cdktf writes the synthesized stacks."""
        return self.work_dir / "cdktf.out"

    @property
    def log(self) -> Path:
        return self.work_dir / "deploy.log"

    @property
    def state(self) -> Path:
        """As `stacks.provider.keep_state` names it."""
        return self.output / f"terraform.{self.stack}.tfstate"

    def deploy(self, environ: Mapping[str, str], *, on_change: Callable[[], object] = lambda: None) -> int:
        """Applies the stack; returns how many resources it now holds. ``on_change`` is called for each changed one."""
        command = [str(CDKTF), "deploy", self.stack, "--auto-approve", "--skip-provider-lock"]
        command += ["--terraform-parallelism", str(PARALLELISM), "--output", str(self.output.resolve())]
        with unfinished_run(self.work_dir) as marker:
            if self._run(command, _tools_environment(environ) | marker, on_change) != 0:
                raise DeploymentError(self._what_failed())
        return self.resources()

    def _run(self, command: list[str], environ: Mapping[str, str], on_change: Callable[[], object]) -> int:
        """Exit code; everything the command prints is in the log when this returns."""
        with (
            self.log.open("w", encoding="utf-8") as log,
            subprocess.Popen(
                command,
                cwd=ROOT,
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            ) as process,
        ):
            try:
                for line in process.stdout or ():
                    log.write(line)
                    if DONE.search(line):
                        on_change()
            except BaseException:
                process.terminate()
                raise
        return process.returncode

    def resources(self) -> int:
        """Managed resources in the state."""
        state = json.loads(self.state.read_text(encoding="utf-8"))
        return sum(len(r["instances"]) for r in state["resources"] if r["mode"] == "managed")

    def _what_failed(self) -> str:
        text = self.log.read_text(encoding="utf-8")
        if REGISTRY_TROUBLE.search(text):
            return (
                "Terraform found no AWS provider: the registry cannot be reached, and no mirror gave it; "
                "put hashicorp/aws 5.100.0 below ~/.terraform.d/plugins/registry.terraform.io/hashicorp/aws/5.100.0 "
                f"(log: {self.log})"
            )
        errors = ERROR.findall(text) or ["no error was named"]
        return f"cdktf deploy {self.stack} failed: {errors[0].strip()} (log: {self.log})"


def _tools_environment(environ: Mapping[str, str]) -> dict[str, str]:
    tools = os.pathsep.join(str(ROOT / folder) for folder in (".tools/bin", "node_modules/.bin"))
    env = dict(environ)
    # pipenv would otherwise adopt whatever virtual environment happens to be active.
    env.pop("VIRTUAL_ENV", None)
    return env | {
        "PATH": f"{tools}{os.pathsep}{env.get('PATH', '')}",
        "PIPENV_VENV_IN_PROJECT": "1",
        "PIPENV_VERBOSITY": "-1",
        "PIPENV_DONT_LOAD_ENV": "1",
        "DISABLE_VERSION_CHECK": "1",
        "CI": "1",
        "FORCE_COLOR": "0",
    }
