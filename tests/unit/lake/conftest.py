"""moto's S3 and Glue on a free port, with a database and a bucket for each test."""

from collections.abc import Iterator

import pytest
from moto.server import ThreadedMotoServer

from tests.support.small_lake import Emulation


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def aws(server: str, request: pytest.FixtureRequest) -> Emulation:
    emulation = Emulation(server)
    emulation.begin(f"db{abs(hash(request.node.name)) % 10**12}")
    return emulation
