"""Drivers of real Spark, each a process of its own whose every call to an emulated AWS passes a proxy that can hold it.

In: what to run, and the moment at which it is to be killed. Out: how it ended and what it said.
"""

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from moto.server import ThreadedMotoServer

from local.embedded_aws.environment import LOOP_BACK, REGION, environment
from local.spark.gateway import gateway
from local.spark.java import java_home
from local.spark.session import SessionSize, spark_settings, submit_arguments
from tests.support.fault_proxy import Fault, FaultProxy, fault_proxy
from tests.support.job_session import FOR_FEW_ROWS
from tests.support.killing import wait_for

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class ProxiedDrivers:
    """``endpoint`` passes the proxy by; ``port`` is that of Spark's gateway, ``folder`` takes what Spark leaves.

    ``path`` holds folders that drivers import from, besides the project's own.
    """

    proxy: FaultProxy
    endpoint: str
    port: int
    folder: Path
    buckets: Sequence[str]
    path: Sequence[Path] = ()

    def start(self, *words: str, **variables: str) -> subprocess.Popen[str]:
        """``python <words>``; Python and Java in a process group of their own."""
        folder = self.folder / uuid.uuid4().hex
        folder.mkdir()
        size = SessionSize(master="local[2]", memory="700m", shuffle_partitions=2)
        settings = spark_settings(port=self.port, buckets=self.buckets, folder=folder, size=size) | FOR_FEW_ROWS
        known = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYSPARK_"))}
        path = os.pathsep.join(map(str, (ROOT, ROOT / "glue_scripts", *self.path)))
        return subprocess.Popen(
            [sys.executable, *words],
            cwd=ROOT,
            env=known
            | environment(self.proxy.endpoint)
            | {"PYTHONPATH": path, "JAVA_HOME": str(java_home()), "PYSPARK_PYTHON": sys.executable}
            | {"PYSPARK_SUBMIT_ARGS": submit_arguments(settings)}
            | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *words: str, **variables: str) -> str:
        """A run to its good end; its last line."""
        said, code = ended(self.start(*words, **variables))
        assert code == 0, said
        return said.splitlines()[-1]

    def killed_at(self, fault: Fault, *words: str) -> None:
        """A run that is killed with all its processes the moment ``fault`` befalls it; what it had asked is lost."""
        self.proxy.plan(fault)
        process = self.start(*words)
        try:
            wait_for(lambda: fault.befell or process.poll() is not None, what="the moment to kill", seconds=SECONDS)
            assert process.poll() is None, f"ended before it could be killed: {process.communicate()[0]}"
        finally:
            kill(process)
            fault.mend()


def ended(process: subprocess.Popen[str]) -> tuple[str, int]:
    """What it said, and its exit code."""
    try:
        said, _ = process.communicate(timeout=SECONDS)
    finally:
        kill(process)
    return said, process.returncode


def kill(process: subprocess.Popen[str]) -> None:
    """Its whole group, Java among it."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    finally:
        process.wait()


@contextmanager
def proxied_drivers(folder: Path, *buckets: str, path: Sequence[Path] = ()) -> Iterator[ProxiedDrivers]:
    """The AWS, its proxy and Spark's gateway, up while the block runs. The buckets are the caller's to make."""
    server = ThreadedMotoServer(ip_address=LOOP_BACK, port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    try:
        with fault_proxy(endpoint) as proxy, gateway(endpoint=proxy.endpoint, region=REGION) as spark_port:
            yield ProxiedDrivers(
                proxy=proxy, endpoint=endpoint, port=spark_port, folder=folder, buckets=buckets, path=path
            )
    finally:
        server.stop()
