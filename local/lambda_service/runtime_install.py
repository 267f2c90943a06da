"""Installs what AWS's Python runtime brings into a folder of its own; a second call does nothing.

In: runtime_requirements.txt. Out: the folder that functions find behind their own code and layers.
"""

import hashlib
import logging
import shutil
import subprocess
import sys
import uuid
from pathlib import Path

REQUIREMENTS = Path(__file__).with_name("runtime_requirements.txt")
DEFAULT_TARGET = Path(__file__).resolve().parents[2] / "build" / "lambda_runtime"
STAMP = ".requirements.sha256"

log = logging.getLogger(__name__)


def installed(target: Path, *, requirements: Path = REQUIREMENTS) -> bool:
    """Whether `target` holds exactly these requirements."""
    stamp = target / STAMP
    return stamp.is_file() and stamp.read_text() == _digest(requirements)


def install(target: Path, *, requirements: Path = REQUIREMENTS) -> None:
    """Makes `target` hold the requirements; an interrupted call leaves nothing that counts as installed."""
    if installed(target, requirements=requirements):
        return
    log.info("installing %s into %s", requirements.name, target)
    target.parent.mkdir(parents=True, exist_ok=True)
    staging = target.with_name(f"{target.name}.{uuid.uuid4().hex}.part")
    try:
        _pip_install(staging, requirements)
        (staging / STAMP).write_text(_digest(requirements))
        _put_in_place(staging, target, requirements)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _digest(requirements: Path) -> str:
    return hashlib.sha256(requirements.read_bytes() + sys.version.encode()).hexdigest()


def _pip_install(folder: Path, requirements: Path) -> None:
    # Wheels only: without a compiler, awslambdaric's source fails after a minute with a page of text.
    options = ["--quiet", "--no-input", "--disable-pip-version-check", "--only-binary", ":all:"]
    command = [sys.executable, "-m", "pip", "install", *options, "--target", str(folder), "-r", str(requirements)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(
            f"{requirements}: pip could not install it into {folder} (exit status {done.returncode}); "
            f"check the package index with `pip config list`. pip said: {done.stderr.strip()[-600:]}"
        )


def _put_in_place(staging: Path, target: Path, requirements: Path) -> None:
    if target.exists() and not installed(target, requirements=requirements):
        shutil.rmtree(target)
    try:
        staging.rename(target)
    except OSError:
        # Somebody else was faster; his folder is as good as ours if it carries the stamp.
        if not installed(target, requirements=requirements):
            raise


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    install(Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_TARGET)
