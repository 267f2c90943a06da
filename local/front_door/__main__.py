"""`python -m local.front_door --work-dir build/local [--port 8080]`: the applied front door, until Ctrl-C or SIGTERM.

Exit codes: 0 ended, 1 with a line on stderr when there is nothing to serve.
"""

import argparse
import signal
import sys
from pathlib import Path
from threading import Event

from local.embedded_aws import find
from local.front_door.server import front_door


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m local.front_door", description=__doc__.partition("\n")[0])
    parser.add_argument("--work-dir", type=Path, default=Path("build/local"))
    parser.add_argument("--port", type=int, default=0, help="0, the default, is a free port")
    arguments = parser.parse_args()
    aws = find(arguments.work_dir)
    if aws is None:
        print(f"front door: no embedded AWS runs for {arguments.work_dir}; start it with `make demo`", file=sys.stderr)
        return 1
    ended = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    try:
        with front_door(aws.endpoint, port=arguments.port) as door:
            print(f"front door at {door.url}; keys: {', '.join(f'{c} {k}' for c, k in door.keys.items())}", flush=True)
            ended.wait()
    except (OSError, ValueError) as error:
        print(f"front door: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
