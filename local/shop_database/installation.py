"""MariaDB on this machine: found, or installed where that can be done unasked.

Only the server and the client themselves, no service: nothing starts with the machine, and nothing listens but what
this project starts.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

SERVER, MAKER, CLIENT = "mariadbd", "mariadb-install-db", "mariadb"
# /usr/sbin is on root's path only.
WHERE = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"])
PACKAGES = ("mariadb-server-core", "mariadb-client-core")
SECONDS = 300
REMEDY = (
    "install MariaDB 10.6 or later (Debian, Ubuntu: `sudo apt-get install mariadb-server-core mariadb-client-core`; "
    "macOS: `brew install mariadb`), and run this again"
)


class NoMariaDbError(RuntimeError):
    """When there is no MariaDB and it cannot be installed from here; the message says what to do."""


def program(name: str) -> str:
    """The path of one of MariaDB's programs."""
    found = shutil.which(name, path=WHERE)
    if found is None:
        raise NoMariaDbError(f"{name} is not there: {REMEDY}")
    return found


def is_there() -> bool:
    return all(shutil.which(name, path=WHERE) for name in (SERVER, MAKER, CLIENT))


def make_sure() -> None:
    """Installs it with apt-get on a Debian machine as root; elsewhere NoMariaDbError unless it is there already."""
    if is_there():
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None or not Path("/etc/debian_version").is_file():
        raise NoMariaDbError(f"there is no MariaDB on this machine: {REMEDY}")
    started = time.monotonic()
    print("installing MariaDB with apt-get ...", end=" ", flush=True, file=sys.stderr)
    _apt_get("update", "-qq")
    _apt_get("install", "-qq", "--yes", "--no-install-recommends", *PACKAGES)
    print(f"{time.monotonic() - started:.0f} s", flush=True, file=sys.stderr)


def _apt_get(*arguments: str) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", *arguments]
    done = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=SECONDS
    )
    if done.returncode != 0:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
        raise NoMariaDbError(f"{' '.join(command)} failed: {''.join(last)}; or {REMEDY}")
