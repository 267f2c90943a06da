"""A synthesized stack on this machine, and Terraform run in its folder."""

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

ERROR = re.compile(r"Error: (.+)")
LOCK_TIMEOUT = "-lock-timeout=60s"


class DeployError(Exception):
    """When a helper refuses or cannot go on; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Stack:
    """``folder`` holds a stack's `cdk.tf.json`; ``environ`` is what Terraform runs with."""

    folder: Path
    environ: Mapping[str, str]

    @property
    def name(self) -> str:
        return self.folder.name

    @cached_property
    def template(self) -> Mapping[str, Any]:
        """The Terraform JSON."""
        template: Mapping[str, Any] = json.loads((self.folder / "cdk.tf.json").read_text(encoding="utf-8"))
        return template

    @property
    def region(self) -> str:
        return str(self.template["provider"]["aws"][0]["region"])

    @property
    def endpoint(self) -> str | None:
        """Where the emulated AWS is that the stack was synthesized for; None is the real one."""
        endpoints = self.template["provider"]["aws"][0].get("endpoints") or [{}]
        endpoint: str | None = endpoints[0].get("s3")
        return endpoint

    @property
    def backend(self) -> Mapping[str, Any]:
        """The settings of the S3 backend; DeployError if the state is kept on this machine."""
        settings: Mapping[str, Any] | None = self.template["terraform"]["backend"].get("s3")
        if settings is None:
            raise DeployError(f"{self.name} keeps its state on this machine: there is no lock and no history to mend")
        return settings

    def init(self, *options: str) -> None:
        """Terraform's init against whatever backend the folder names now."""
        self.terraform("init", "-input=false", *(options or ("-reconfigure",)))

    def terraform(self, *arguments: str) -> str:
        """Output of a command that must succeed; DeployError names Terraform's first error."""
        done = self.attempt(*arguments)
        if done.returncode != 0:
            raise DeployError(f"terraform {arguments[0]} failed in {self.folder}: {first_error(done)}")
        return done.stdout

    def attempt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command whose exit code the caller reads."""
        plain = {"TF_CLI_ARGS": f"{self.environ.get('TF_CLI_ARGS', '')} -no-color".strip()}
        return subprocess.run(
            self._command(arguments), env={**self.environ, **plain}, capture_output=True, text=True, check=False
        )

    def converse(self, *arguments: str) -> None:
        """A command the user watches and answers, such as an apply that asks."""
        if subprocess.run(self._command(arguments), env=dict(self.environ), check=False).returncode != 0:
            raise DeployError(f"terraform {arguments[0]} did not succeed in {self.folder}; see above")

    def saved_plan(self, name: str) -> dict[str, Any]:
        """A plan written by ``plan -out``, as data."""
        plan: dict[str, Any] = json.loads(self.terraform("show", "-json", name))
        return plan

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        return ["terraform", f"-chdir={self.folder}", *arguments]


def first_error(done: subprocess.CompletedProcess[str]) -> str:
    """Terraform's first complaint, on one line."""
    found = ERROR.search(done.stdout + done.stderr)
    return (
        found[1].partition('","@')[0].strip()
        if found
        else (done.stderr.strip().splitlines() or ["no error was named"])[-1]
    )
