"""The application: one stack per environment. ``cdktf synth`` and ``cdktf deploy ecommerce-<env>`` start here."""

import os
import sys
from pathlib import Path

import stacks  # noqa: F401  first: it makes the provider's import cheap

# isort: split
from cdktf import App

from config import ENVIRONMENTS
from config.naming import stack_name
from stacks.ecommerce import EcommerceStack
from stacks.emulated import leave_out_of, told


def main() -> None:
    """Writes every environment as Terraform JSON.

    AWS_ENDPOINT_URL aims all of them at an emulated AWS; EMULATED_STATE=s3 keeps their states there as well, and
    EMULATED_STACK=whole keeps what the embedded AWS cannot hold: that can be planned, not applied.
    """
    endpoint, in_s3 = os.environ.get("AWS_ENDPOINT_URL"), os.environ.get("EMULATED_STATE") == "s3"
    whole = os.environ.get("EMULATED_STACK") == "whole"
    app = App()
    for env in ENVIRONMENTS:
        EcommerceStack(app, env=env, endpoint=endpoint or None, emulated_state_in_s3=in_s3)
    app.synth()
    emulated = [stack_name(env) for env in ENVIRONMENTS if endpoint or env.emulator_endpoint]
    for name in [] if whole else emulated:
        if found := leave_out_of(Path(app.outdir) / "stacks" / name):
            print(told(name, found), file=sys.stderr)


if __name__ == "__main__":
    main()
