"""Where the scanners are, and how they are started: told nothing but what they need to know."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / ".tools" / "gate"
CHECKOV = TOOLS / "checkov" / "bin" / "checkov"
PARLIAMENT = TOOLS / "iam" / "bin" / "parliament"
CLOUDSPLAINING = TOOLS / "iam" / "bin" / "cloudsplaining"
TIMEOUT_SECONDS = 600


class ScannerError(Exception):
    """When a scanner is not there or did not do its work; the message says how to go on."""


def run(program: Path, *arguments: str, cwd: Path) -> str:
    """What the scanner prints. Its exit code says nothing here: each has its own idea of one.

    A settings file or a key in the user's home could switch checks off, so it sees neither home nor variables.
    """
    if not program.is_file():
        raise ScannerError(f"{program.name} is not installed: run: python3.11 -m local.setup --gate")
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(cwd), "LOG_LEVEL": "ERROR", "NO_COLOR": "1"}
    try:
        result = subprocess.run(
            [program, *arguments],
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ScannerError(f"{program.name} did not end within {TIMEOUT_SECONDS} s") from error
    if not result.stdout.strip() and result.stderr.strip():
        raise ScannerError(f"{program.name}: {result.stderr.strip().splitlines()[-1]}")
    return result.stdout
