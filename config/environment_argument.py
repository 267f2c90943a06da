"""An environment as a command's argument."""

import argparse

from config.environment import Environment
from config.environments import environment


def environment_argument(name: str) -> Environment:
    """The environment called ``name``; argparse then prints which there are."""
    try:
        return environment(name)
    except ValueError as error:  # of a ValueError it would tell the argument alone
        raise argparse.ArgumentTypeError(str(error)) from error
