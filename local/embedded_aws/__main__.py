"""`python -m local.embedded_aws up|down|status|serve`: the embedded AWS from the command line.

Exit codes: 0 done (`down`: also if none ran; `status`: it runs), 1 failed, the reason on stderr, 2 wrong arguments,
3 `status` found none running.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local.embedded_aws.environment import ACCOUNT_ID
from local.embedded_aws.instance import DEFAULT_COMPANION, down, find, up
from local.embedded_aws.launch import EmbeddedAwsError

DONE, FAILED, NOT_RUNNING = 0, 1, 3


def main() -> int:
    arguments = _parser().parse_args()
    command: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return command(arguments)
    except (EmbeddedAwsError, OSError) as error:
        print(error, file=sys.stderr)
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.embedded_aws", description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(required=True, metavar="up|down|status|serve")
    for name, run in (("up", _up), ("down", _down), ("status", _status), ("serve", _serve)):
        command = commands.add_parser(name)
        command.set_defaults(run=run)
        command.add_argument("--work-dir", type=Path, default=Path("build/local"))
        if name in ("up", "serve"):
            command.add_argument("--port", type=int, default=0, help="0, the default, is a free port")
            beside = DEFAULT_COMPANION if name == "up" else ""
            command.add_argument("--companion", default=beside, help="modules to run beside it, a,b; '' for none")
            command.add_argument("--account", default=ACCOUNT_ID, help="number of the account it is")
    return parser


def _up(arguments: argparse.Namespace) -> int:
    found = find(arguments.work_dir)
    aws = up(arguments.work_dir, **_wanted(arguments))
    print(f"embedded AWS {'already runs' if found == aws else 'started'} at {aws.endpoint} (pid {aws.pid})")
    return DONE


def _down(arguments: argparse.Namespace) -> int:
    print("embedded AWS ended" if down(arguments.work_dir) else f"no embedded AWS runs for {arguments.work_dir}")
    return DONE


def _status(arguments: argparse.Namespace) -> int:
    aws = find(arguments.work_dir)
    if aws is None:
        print(f"no embedded AWS runs for {arguments.work_dir}")
        return NOT_RUNNING
    print(f"embedded AWS runs at {aws.endpoint} (pid {aws.pid})")
    return DONE


def _serve(arguments: argparse.Namespace) -> int:
    # moto takes a second to import; `status` and `down` must not wait for it.
    from local.embedded_aws.server import serve  # noqa: PLC0415

    arguments.work_dir.mkdir(parents=True, exist_ok=True)
    serve(arguments.work_dir.resolve(), **_wanted(arguments))
    return DONE


def _wanted(arguments: argparse.Namespace) -> dict[str, Any]:
    """What `up` and `serve` are told alike."""
    companion = arguments.companion or None
    return {"port": arguments.port, "companion": companion, "account_id": arguments.account}


if __name__ == "__main__":
    sys.exit(main())
