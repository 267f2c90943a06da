"""Is the same commit the same deployment, whoever synthesizes it, where and when?"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from config import ENVIRONMENTS

ROOT = Path(__file__).resolve().parents[2]
# Those of every environment: archive_envelope, which needs no packages, stands where the archive's format is Parquet.
FUNCTIONS = [path.parent.name for path in (ROOT / "lambda_src").glob("*/requirements.txt")]
SOURCES = ("config", "contracts", "constructs", "stacks", "lambda_src", "glue_scripts", "sql", "main.py")


def checkout(folder: Path, *, umask: int, age_seconds: int) -> Path:
    """A copy of the sources with permissions and times of its own; the built layers are shared."""
    folder.mkdir()
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o666 & ~umask)
            os.utime(path, (age_seconds, age_seconds))
    (folder / "build").mkdir()
    (folder / "build" / "layers").symlink_to(ROOT / "build" / "layers")
    return folder


def synthesize(folder: Path, *, umask: int, hash_seed: int) -> dict[str, str]:
    """Digest of every file the application writes, by name."""
    environment = {key: value for key, value in os.environ.items() if key != "AWS_ENDPOINT_URL"}
    subprocess.run(
        [sys.executable, "main.py"],
        cwd=folder,
        env=environment | {"PYTHONHASHSEED": str(hash_seed), "CDKTF_OUTDIR": str(folder / "cdktf.out")},
        umask=umask,
        check=True,
        capture_output=True,
    )
    written = [path for path in (folder / "cdktf.out").rglob("*") if path.is_file()]
    return {
        str(path.relative_to(folder / "cdktf.out")): hashlib.sha256(path.read_bytes()).hexdigest() for path in written
    }


def test_two_checkouts_of_different_age_rights_and_hash_seed_synthesize_the_same_bytes(tmp_path: Path) -> None:
    first = checkout(tmp_path / "first", umask=0o022, age_seconds=1_700_000_000)
    second = checkout(tmp_path / "second_elsewhere", umask=0o077, age_seconds=1_000_000_000)
    written = synthesize(first, umask=0o022, hash_seed=1)
    assert len([name for name in written if name.endswith("cdk.tf.json")]) == len(ENVIRONMENTS)
    code_and_layer, code_of_jobs = 2, 1
    archives = [name for name in written if name.endswith(".zip")]
    packages_for_emr = sum(env.batch is not None and env.batch.uses_emr for env in ENVIRONMENTS)
    everywhere = (code_and_layer * len(FUNCTIONS) + code_of_jobs) * len(ENVIRONMENTS)
    assert len(archives) == everywhere + packages_for_emr
    assert written == synthesize(second, umask=0o077, hash_seed=2)
