"""The steps from a clone to a working checkout; each runs again only when what it was made from has changed."""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
LOG = BUILD / "setup.log"
STAMPS = BUILD / "setup"
PIPENV = "pipenv==2026.10.3"
TOOLS_BIN = ROOT / ".tools" / "bin"
VENV_PYTHON = ROOT / ".venv" / "bin" / "python"


class SetupError(Exception):
    """When a step failed; the message says which, and what to do."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """``commands`` make ``result`` out of ``inputs`` (patterns)."""

    name: str
    commands: tuple[tuple[str, ...], ...]
    inputs: tuple[str, ...]
    result: str
    remedy: str

    def digest(self) -> str:
        """Changes when an input, the command, the interpreter or a packed result does."""
        parts = [repr(self.commands).encode(), sys.version.encode()]
        parts += [path.read_bytes() for name in self.inputs for path in sorted(ROOT.glob(name))]
        # A file missing from a folder of results is a step not done.
        parts += [path.name.encode() for path in sorted((ROOT / self.result).parent.glob(f"{self.result_name}/*.zip"))]
        return hashlib.sha256(b"\0".join(parts)).hexdigest()

    @property
    def result_name(self) -> str:
        return Path(self.result).name


PYPI = "is PyPI (or the index in your pip configuration) reachable?"
STEPS = (
    Step(
        name="pipenv",
        commands=(
            (sys.executable, "-m", "venv", ".tools"),
            (".tools/bin/python", "-m", "pip", "install", "--quiet", PIPENV),
        ),
        inputs=(),
        result=".tools/bin/pipenv",
        remedy=PYPI,
    ),
    Step(
        name="Python packages",
        commands=((".tools/bin/pipenv", "sync", "--dev"),),
        inputs=("Pipfile.lock",),
        result=".venv/bin/python",
        remedy=PYPI,
    ),
    Step(
        name="cdktf command line",
        commands=(("npm", "ci", "--no-fund", "--no-audit", "--loglevel=error"),),
        inputs=("package-lock.json",),
        result="node_modules/.bin/cdktf",
        remedy="is the npm registry reachable?",
    ),
    Step(
        name="Lambda layers",
        commands=((".venv/bin/python", "-m", "constructs.layer_package"),),
        inputs=(
            "lambda_src/*/requirements.txt",
            "glue_scripts/emr/requirements.txt",
            "constructs/layer_package.py",
            "config/environments.py",
        ),
        result="build/layers",
        remedy=PYPI,
    ),
    Step(
        name="Lambda runtime",
        commands=((".venv/bin/python", "-m", "local.lambda_service.runtime_install"),),
        inputs=("local/lambda_service/runtime_requirements.txt",),
        result="build/lambda_runtime",
        remedy=PYPI,
    ),
)


def _scanners(name: str, program: str) -> Step:
    """An environment of its own below .tools/gate: the scanners' pins conflict with ours and with each other's."""
    folder, locked = f".tools/gate/{name}", f"gate/tools/{name}.txt"
    return Step(
        name=f"gate {name}",
        commands=(
            (".venv/bin/python", "-m", "venv", "--clear", folder),  # the same whoever asks
            (f"{folder}/bin/python", "-m", "pip", "install", "--quiet", "--require-hashes", "-r", locked),
        ),
        inputs=(locked,),
        result=f"{folder}/bin/{program}",
        remedy=PYPI,
    )


DATABASE_STEPS = (
    Step(
        name="MariaDB",
        commands=((".venv/bin/python", "-m", "local.shop_database"),),
        inputs=("local/shop_database/installation.py",),
        result=".venv/bin/python",
        remedy="docs/CHANGE_CAPTURE.md says how to install it by hand.",
    ),
)
ICEBERG_STEPS = (
    Step(
        name="Iceberg",
        commands=((".venv/bin/python", "-m", "local.spark.iceberg_jar"),),
        inputs=("local/spark/iceberg_jar.py", "local/spark/iceberg_requirements.txt"),
        result=".tools/iceberg/iceberg-spark-3.5.jar",
        remedy=PYPI,
    ),
)
GATE_STEPS = (_scanners("checkov", "checkov"), _scanners("iam", "parliament"))


def run_steps(steps: tuple[Step, ...] = STEPS) -> None:
    """Runs what is not done yet, with a line for each; SetupError on the first that fails."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    for step in steps:
        stamp = STAMPS / step.name.replace(" ", "-").lower()
        if (ROOT / step.result).exists() and stamp.is_file() and stamp.read_text() == step.digest():
            continue
        with _told(step.name):
            for command in step.commands:
                _run(step, command)
        stamp.write_text(step.digest())


@contextmanager
def _told(name: str) -> Iterator[None]:
    print(f"setup: {name} ...", end=" ", flush=True)
    started = time.monotonic()
    yield
    print(f"{time.monotonic() - started:.0f} s", flush=True)


def _run(step: Step, command: tuple[str, ...]) -> None:
    environment = os.environ | {
        "PIPENV_VENV_IN_PROJECT": "1",
        "PIPENV_PYTHON": sys.executable,
        "PIPENV_NOSPIN": "1",
        "PIPENV_VERBOSITY": "-1",
        "PATH": f"{TOOLS_BIN}{os.pathsep}{os.environ.get('PATH', '')}",
    }
    # A virtual environment that happens to be active is not the project's.
    environment.pop("VIRTUAL_ENV", None)
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"\n$ {' '.join(command)}\n")
        log.flush()
        result = subprocess.run(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT, check=False)
    if result.returncode != 0:
        details = LOG.relative_to(ROOT)
        raise SetupError(f"{step.name} failed (exit {result.returncode}): {step.remedy} Details: {details}")
