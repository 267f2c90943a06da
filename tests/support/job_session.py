"""What a job finds on Glue, for tests of its functions: the contracts shipped beside it, and a small Spark session."""

import os
import sys
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from contracts.captured_tables import captured_contracts
from contracts.job_document import job_document
from contracts.loader import load_contracts
from lib.common import spark_session
from local.spark.java import java_home
from local.spark.session import submit_arguments
from tests.support.iceberg_lake import CREDENTIALS, submitted

# A thousand queries over ten rows: compiling them would take longer than all the rest.
FOR_FEW_ROWS = {
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
# What the machine gives: as small as the tests' rows, and nothing listens on the network.
SUBMITTED = FOR_FEW_ROWS | {
    "spark.master": "local[2]",
    "spark.driver.memory": "1g",
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.ui.retainedExecutions": "1",
}


def shipped_contracts(parent: Path) -> Path:
    """The package `platform_contracts`, made from all contracts as they are now."""
    folder = parent / "platform_contracts"
    folder.mkdir()
    (folder / "__init__.py").touch()
    for name, contract in (load_contracts() | captured_contracts()).items():
        (folder / f"{name}.json").write_bytes(job_document(contract))
    return folder


def small_session() -> SparkSession:
    """A job's own session, on two cores. A process has one, whoever asks for it."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("JAVA_HOME", str(java_home()))
        # Where workers find the code that makes tokens.
        environment.setenv("PYSPARK_PYTHON", sys.executable)
        environment.setenv("PYTHONPATH", os.pathsep.join(path for path in sys.path if path))
        environment.setenv("PYSPARK_SUBMIT_ARGS", submit_arguments(SUBMITTED | submitted()))
        for name, value in CREDENTIALS.items():
            environment.setenv(name, value)
        session = spark_session("tests")
    session.sparkContext.setLogLevel("ERROR")
    return session
