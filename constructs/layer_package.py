"""Requirements in, zip out: wheels for Lambda's or EMR's machine, unpacked under ``python/``, packed deterministically.

Run as ``python -m constructs.layer_package`` it builds what is missing, for every architecture the environments name.
"""

import hashlib
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path

from config import ENVIRONMENTS, Architecture
from constructs.deterministic_zip import folder_files, write_zip

ROOT = Path(__file__).resolve().parent.parent
FUNCTIONS = ROOT / "lambda_src"
LAYERS = ROOT / "build" / "layers"
# What the jobs lack on EMR Serverless, whose applications run on Graviton.
EMR_REQUIREMENTS = ROOT / "glue_scripts" / "emr" / "requirements.txt"
EMR_ARCHITECTURE: Architecture = "arm64"
# Lambda's limit for function and layers together, unzipped; the layer stays far below.
MAX_UNZIPPED_MB = 250
LAYER_SHARE = 0.5
# Lambda's Python 3.11 stands on glibc 2.26: what is built for 2.28 and later would not load there.
MANYLINUX = ("manylinux_2_24", "manylinux_2_17", "manylinux2014")
MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}


def layer_path(requirements: Path, architecture: Architecture) -> Path:
    """Where the layer of exactly these requirements lies; the name changes with their content."""
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    return LAYERS / f"{requirements.parent.name}-{architecture}-{digest}.zip"


def built_layer(requirements: Path, architecture: Architecture, *, place: str) -> Path:
    """The layer that ``make setup`` built; ValueError, naming who asked (``place``), if it did not."""
    package = layer_path(requirements, architecture)
    if not package.is_file():
        raise ValueError(f"{place}: {package} is not built for {requirements}; run: make setup")
    return package


def build_layer(requirements: Path, architecture: Architecture) -> Path:
    """Downloads the pinned wheels (hashes checked), and packs them; nothing is compiled here."""
    target = layer_path(requirements, architecture)
    with tempfile.TemporaryDirectory() as folder:
        _install(requirements, architecture, Path(folder) / "python")
        files = {name: data for name, data in folder_files(Path(folder)).items() if _is_portable(name)}
        unzipped_mb = sum(map(len, files.values())) / 2**20
        if unzipped_mb > MAX_UNZIPPED_MB * LAYER_SHARE:
            raise ValueError(
                f"{requirements}: {unzipped_mb:.0f} MB unzipped; a layer may use {LAYER_SHARE:.0%} "
                f"of Lambda's {MAX_UNZIPPED_MB} MB: choose lighter packages"
            )
        write_zip(target, files)
    print(f"layer {target.name}: {unzipped_mb:.1f} MB unzipped, {target.stat().st_size / 2**20:.1f} MB zipped")
    return target


def _is_portable(name: str) -> bool:
    """Not so pip's command-line starters, which name this machine's interpreter, nor the lists with their digests."""
    return not name.startswith("python/bin/") and not name.endswith(".dist-info/RECORD")


def _install(requirements: Path, architecture: Architecture, target: Path) -> None:
    platforms = [word for tag in MANYLINUX for word in ("--platform", f"{tag}_{MACHINES[architecture]}")]
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--target", str(target)]
    command += ["--only-binary=:all:", "--require-hashes", "--no-deps", "--python-version", "3.11", *platforms]
    result = subprocess.run([*command, "-r", str(requirements)], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        reason = result.stderr.strip().splitlines()[-1:] or ["pip gave no reason"]
        raise RuntimeError(f"{requirements} for {architecture}: {reason[0]} (is the package index reachable?)")


def build_missing() -> None:
    """Every function's layer for every architecture in use, and the packages of the jobs on EMR."""
    architectures = sorted({env.architecture for env in ENVIRONMENTS})
    of_functions = product(sorted(FUNCTIONS.glob("*/requirements.txt")), architectures)
    for requirements, architecture in (*of_functions, (EMR_REQUIREMENTS, EMR_ARCHITECTURE)):
        if not layer_path(requirements, architecture).is_file():
            build_layer(requirements, architecture)


if __name__ == "__main__":
    try:
        build_missing()
    except (RuntimeError, ValueError) as error:
        sys.exit(f"layer: {error}")
