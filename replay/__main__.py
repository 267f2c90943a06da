"""``python -m replay <command> --env dev [--yes]``: what came in, sent again (see docs/REPLAY.md).

Exit codes: 0 done, 1 failed or refused (the reason on stderr; started again, it goes on), 2 wrong arguments.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from config.environment_argument import environment_argument
from local.shop.producer import SendFailedError
from replay.commands import redrive, replay, replay_quarantine
from replay.interval import moment
from replay.place import LOCAL_WORK_DIR, ReplayError

FAILED = 1
COMMANDS: dict[str, tuple[Callable[[argparse.Namespace], int], str]] = {
    "replay": (replay, "send an interval of the archive again"),
    "replay-quarantine": (replay_quarantine, "send what was set aside again, after a fix"),
    "redrive": (redrive, "send batches that were given up again"),
}


def main() -> int:
    """Runs one command; what can be foreseen to fail is a line, not a traceback."""
    arguments = _parser().parse_args()
    command: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return command(arguments)
    except (ReplayError, SendFailedError, BotoCoreError, ClientError, OSError, ValueError) as error:
        print(f"{arguments.command}: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print(f"{arguments.command}: interrupted; start it again to go on", file=sys.stderr)
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m replay", description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(required=True, dest="command", metavar="|".join(COMMANDS))
    for name, (run, text) in COMMANDS.items():
        command = commands.add_parser(name, help=text)
        command.set_defaults(run=run)
        command.add_argument("--env", required=True, type=environment_argument)
        command.add_argument("--yes", action="store_true", help="send, not only show")
        command.add_argument("--rate", type=float, help="records per second; default: a quarter of what shards take")
        command.add_argument("--work-dir", type=Path, default=Path("build/replay"), help="keeps how far it is")
        command.add_argument("--endpoint", help="an emulated AWS; default: AWS_ENDPOINT_URL, or the environment's own")
        command.add_argument("--local-work-dir", type=Path, default=LOCAL_WORK_DIR, help="of the embedded AWS")
        if name != "redrive":
            command.add_argument("--from", dest="start", required=True, type=moment, help="first arrival, UTC")
            command.add_argument("--to", dest="end", required=True, type=moment, help="arrivals before this, UTC")
        if name == "replay-quarantine":
            command.add_argument("--source", help="only records of this event contract, such as order_event")
            command.add_argument("--reason", help="only records with this reason code")
    return parser


if __name__ == "__main__":
    sys.exit(main())
