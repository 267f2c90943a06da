"""The Java that Spark needs: where it may be goes in, its home comes out, or one line that says what to install."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

# Glue 5.0 and EMR 7 run Spark on this one: https://docs.aws.amazon.com/glue/latest/dg/release-notes.html
WANTED = 17
FOLDERS = (
    "/usr/lib/jvm",
    "/usr/java",
    "/opt/java",
    "/opt",
    "/Library/Java/JavaVirtualMachines",
    "/opt/homebrew/opt",
    "~/.sdkman/candidates/java",
    "~/.jdks",
)
REMEDY = (
    f"install Java {WANTED} (Debian: apt install openjdk-{WANTED}-jre-headless; others: https://adoptium.net), "
    "or set JAVA_HOME to where it is"
)
ASK_SECONDS = 30


class NoJavaError(Exception):
    """When this machine has no Java that Spark runs on; the message says which was found, and the remedy."""


def java_home(environment: Mapping[str, str] | None = None, folders: tuple[str, ...] = FOLDERS) -> Path:
    """The home of a Java 17: JAVA_HOME's, that of ``java`` on PATH, or one in the usual folders."""
    seen = dict[Path, int | None]()
    for home in _homes(os.environ if environment is None else environment, folders):
        if home not in seen:
            seen[home] = _version(home / "bin" / "java")
            if seen[home] == WANTED:
                return home
    others = ", ".join(f"{version} in {home}" for home, version in seen.items() if version)
    found = f"found is {others}" if others else "none was found"
    raise NoJavaError(f"Spark needs Java {WANTED}, {found}: {REMEDY}")


def missing_java() -> list[str]:
    """The line that `local.setup` says, or nothing."""
    try:
        java_home()
    except NoJavaError as error:
        return [str(error)]
    return []


def _homes(environment: Mapping[str, str], folders: tuple[str, ...]) -> Iterator[Path]:
    if stated := environment.get("JAVA_HOME"):
        yield Path(stated).resolve()
    if on_path := shutil.which("java", path=environment.get("PATH", "")):
        yield Path(on_path).resolve().parents[1]
    for folder in folders:
        for inside in sorted(Path(folder).expanduser().glob("*")):
            # macOS hides the home two levels down; Homebrew's lies below libexec.
            for home in (inside, inside / "Contents" / "Home", inside / "libexec/openjdk.jdk/Contents/Home"):
                if (home / "bin" / "java").is_file():
                    yield home.resolve()


def _version(java: Path) -> int | None:
    try:
        said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False, timeout=ASK_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r'version "(?:1\.)?(\d+)', said.stderr + said.stdout)
    return int(found[1]) if found else None
