"""The process that is the embedded AWS: moto's application on a port of 127.0.0.1, and companions beside it.

In: a work directory, a port (0 = a free one), the companions' modules, the account's number. Out: the pid file once the
port listens, until SIGTERM. Whoever kills it with SIGKILL leaves the pid file; `up` and `down` notice that.
"""

import os
import signal
import sys
import time
import uuid
from pathlib import Path

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import BaseWSGIServer, make_server

from local.embedded_aws.application import with_own_routes
from local.embedded_aws.companion import Companion
from local.embedded_aws.corrections import apply_corrections
from local.embedded_aws.environment import ACCOUNT_ID, LOOP_BACK
from local.embedded_aws.http_front import KeepAliveHandler
from local.embedded_aws.pid_file import PidFile, forget, remember
from local.embedded_aws.process import start_mark


def serve(work_dir: Path, *, port: int = 0, companion: str | None = None, account_id: str = ACCOUNT_ID) -> None:
    """Serve until SIGTERM or SIGINT; then end the companions (apart by commas) and remove the pid file."""
    apply_corrections()
    instance_id = uuid.uuid4().hex
    server = _listen(port, instance_id=instance_id)
    endpoint = f"http://{LOOP_BACK}:{server.port}"
    # moto calls itself at this port where one service uses another.
    os.environ["MOTO_PORT"] = str(server.port)
    os.environ["MOTO_ACCOUNT_ID"] = account_id
    modules = companion.split(",") if companion else []
    beside = [Companion(module, work_dir=work_dir, endpoint=endpoint) for module in modules]
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    _remember(work_dir, port=server.port, endpoint=endpoint, instance_id=instance_id)
    try:
        for each in beside:
            each.start()
        server.serve_forever()
    finally:
        for each in beside:
            each.stop()
        forget(work_dir, instance_id=instance_id)


def _listen(port: int, *, instance_id: str) -> BaseWSGIServer:
    application = with_own_routes(DomainDispatcherApplication(create_backend_app), instance_id=instance_id)
    return make_server(LOOP_BACK, port, application, threaded=True, request_handler=KeepAliveHandler)


def _remember(work_dir: Path, *, port: int, endpoint: str, instance_id: str) -> None:
    mark = start_mark(os.getpid())
    if mark is None:
        raise RuntimeError(f"embedded AWS: cannot read the start time of process {os.getpid()}, its own")
    started_at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    remember(work_dir, PidFile(os.getpid(), port, endpoint, mark, instance_id, started_at))


def _leave(signal_number: int, _frame: object) -> None:
    print(f"embedded AWS: ends on signal {signal_number}", file=sys.stderr)
    sys.exit(0)
