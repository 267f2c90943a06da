"""The small stack that exists before all others: the bucket for an environment's states, its own among them.

``python -m stacks.state_bucket --env dev --state local|s3`` synthesizes it; `make bootstrap` does both in turn.
"""

import argparse
import os

import stacks  # noqa: F401  first: it makes the provider's import cheap

# isort: split
from cdktf import App, TerraformStack

from config import Environment, environment
from config.naming import bucket_name, physical_name, stack_name, state_key, state_stack_name
from config.zone_lifecycle import STATE_LOGS
from constructs import Construct
from constructs.encryption_key import EncryptionKey
from constructs.log_bucket import LogBucket
from constructs.state_bucket import StateBucket
from stacks.provider import keep_state_beside, keep_state_in_s3, use_provider


class StateBucketStack(TerraformStack):
    """``ecommerce-<env>-state``. ``in_s3`` False is its first hour, before the bucket it makes can hold its state."""

    def __init__(self, scope: Construct, *, env: Environment, in_s3: bool, endpoint: str | None = None) -> None:
        super().__init__(scope, state_stack_name(env))
        use_provider(self, env, endpoint)
        if in_s3:
            keep_state_in_s3(self, env, endpoint)
        else:
            keep_state_beside(self)
        key = EncryptionKey(
            self,
            "StateKey",
            name=physical_name(env, "state"),
            account_id=env.account_id,
            deletion_days=30,
        )
        # The platform's own log bucket is not there yet.
        logs = LogBucket(
            self,
            "Logs",
            name=bucket_name(env, "state-logs"),
            account_id=env.account_id,
            sources=bucket_name(env, "state"),
            lifecycle=STATE_LOGS,
        )
        StateBucket(
            self,
            "States",
            name=bucket_name(env, "state"),
            key=key,
            logs=logs,
            state_keys=[state_key(env, stack) for stack in (stack_name(env), state_stack_name(env))],
        )


def main() -> None:
    """Writes the stack of one environment; AWS_ENDPOINT_URL aims it at an emulated AWS."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--env", required=True, type=environment)
    parser.add_argument("--state", required=True, choices=("local", "s3"))
    arguments = parser.parse_args()
    # Set but empty, as make hands it on, is not set.
    endpoint = os.environ.get("AWS_ENDPOINT_URL") or None
    app = App()
    StateBucketStack(app, env=arguments.env, in_s3=arguments.state == "s3", endpoint=endpoint)
    app.synth()


if __name__ == "__main__":
    main()
