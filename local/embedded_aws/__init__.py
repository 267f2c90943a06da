"""The embedded AWS: moto's server, mended where it differs from AWS, in a process of its own.

    aws = up(Path("build/local"))          # start it, or find the one that runs
    os.environ.update(environment(aws.endpoint))
    down(Path("build/local"))

On the command line: `python -m local.embedded_aws up|down|status|serve --work-dir build/local`.
"""

from local.embedded_aws.environment import ACCOUNT_ID, REGION, environment
from local.embedded_aws.instance import EmbeddedAws, down, find, up
from local.embedded_aws.launch import EmbeddedAwsError

__all__ = ["ACCOUNT_ID", "REGION", "EmbeddedAws", "EmbeddedAwsError", "down", "environment", "find", "up"]
