"""``python -m deploy <command> --env dev [--yes]``: first steps and ways back (see docs/DEPLOYMENT.md).

Exit codes: 0 done, 1 failed or refused (the reason on stderr), 2 `drift` found some (or wrong arguments).
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from config.environment_argument import environment_argument
from deploy.commands import adopt, bootstrap, drift, lock, rescue, restore, unlock
from deploy.stack import DeployError

DONE, FAILED = 0, 1
COMMANDS: dict[str, tuple[Callable[[argparse.Namespace], int], str]] = {
    "bootstrap": (bootstrap, "make the bucket that keeps the states"),
    "lock": (lock, "show who holds the state's lock"),
    "unlock": (unlock, "release a stale lock"),
    "adopt": (adopt, "import what a killed apply left behind"),
    "rescue": (rescue, "push errored.tfstate"),
    "restore": (restore, "bring back the last readable state"),
    "drift": (drift, "tell what was changed by hand"),
}


def main() -> int:
    """Runs one command; what can be foreseen to fail is a line, not a traceback."""
    arguments = _parser().parse_args()
    command: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return command(arguments)
    except (DeployError, BotoCoreError, ClientError, OSError) as error:
        print(f"{arguments.command}: {error}", file=sys.stderr)
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy", description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(required=True, dest="command", metavar="|".join(COMMANDS))
    for name, (run, text) in COMMANDS.items():
        command = commands.add_parser(name, help=text)
        command.set_defaults(run=run)
        command.add_argument("--env", required=True, type=environment_argument)
        command.add_argument("--yes", action="store_true", help="do it without asking")
        command.add_argument("--work-dir", type=Path, default=Path("build/deploy"))
        if name != "bootstrap":
            command.add_argument("--stack-folder", type=Path, help="a synthesized stack; default: synthesized now")
        if name == "rescue":
            command.add_argument("--file", type=Path, help="the errored.tfstate; default: the newest beside a stack")
    return parser


if __name__ == "__main__":
    sys.exit(main())
