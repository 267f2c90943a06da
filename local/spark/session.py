"""What a Spark session of this machine needs to know: buckets and the gateway's port in, settings and variables out.

The scripts themselves say nothing of it: they make a session, and find these settings in the environment.
"""

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from local.embedded_aws.environment import LOOP_BACK

VIEW_OF_MOUNTS = "org.apache.hadoop.fs.viewfs.ViewFileSystemOverloadScheme"


@dataclass(frozen=True, kw_only=True)
class SessionSize:
    """``master`` takes all cores; the memory is that of the whole of Spark, for here it is one process."""

    master: str = "local[*]"
    memory: str = "2g"
    shuffle_partitions: int = 8


def spark_settings(
    *, port: int, buckets: Iterable[str], folder: Path, size: SessionSize | None = None
) -> dict[str, str]:
    """``folder`` takes what Spark leaves on disk; ``port`` is the gateway's."""
    size = size or SessionSize()
    mounts = {
        f"spark.hadoop.fs.viewfs.mounttable.{bucket}.linkFallback": f"webhdfs://{LOOP_BACK}:{port}/{bucket}"
        for bucket in buckets
    }
    return {
        "spark.master": size.master,
        "spark.driver.memory": size.memory,
        "spark.driver.host": LOOP_BACK,
        "spark.driver.bindAddress": LOOP_BACK,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.local.dir": str(folder / "spark"),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.shuffle.partitions": str(size.shuffle_partitions),
        # All of S3 is equally far: asking for the place of every file would be a call for each.
        "spark.sql.sources.ignoreDataLocality": "true",
        # Half the copies, where a rename is one. Nobody looks at what a job has written before its commit.
        "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version": "2",
        "spark.hadoop.fs.s3.impl": VIEW_OF_MOUNTS,
        **mounts,
    }


def submit_arguments(settings: Mapping[str, str], *, jars: Iterable[Path] = (), py_files: Iterable[Path] = ()) -> str:
    """The value of PYSPARK_SUBMIT_ARGS."""
    words = [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
    for option, files in (("--jars", list(jars)), ("--py-files", list(py_files))):
        if files:
            words += [option, ",".join(map(str, files))]
    return shlex.join([*words, "pyspark-shell"])
