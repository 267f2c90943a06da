"""The variables a client needs to reach the embedded AWS.

In: the server's endpoint. Out: a dict for a child's environment; removing AWS_PROFILE and its kin is the caller's part.
"""

import config

LOCAL = config.environment("local")
ACCOUNT_ID, REGION = LOCAL.account_id, LOCAL.region
LOOP_BACK = "127.0.0.1"


def environment(endpoint: str) -> dict[str, str]:
    """What boto3, Terraform and the AWS provider need to talk to `endpoint` and to nothing else."""
    no_proxy = f"{LOOP_BACK},localhost"
    return {
        "AWS_ENDPOINT_URL": endpoint,
        # Any pair does: the embedded AWS checks no signature.
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        # Python reads the lower-case name first, Go the upper-case one.
        "NO_PROXY": no_proxy,
        "no_proxy": no_proxy,
        "CHECKPOINT_DISABLE": "1",
    }
