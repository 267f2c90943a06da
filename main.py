"""The application: one stack per environment. ``cdktf synth`` and ``cdktf deploy ecommerce-<env>`` start here."""

import os

import stacks  # noqa: F401  first: it makes the provider's import cheap

# isort: split
from cdktf import App

from config import ENVIRONMENTS
from stacks.ecommerce import EcommerceStack


def main() -> None:
    """Writes every environment as Terraform JSON.

    AWS_ENDPOINT_URL aims all of them at an emulated AWS; EMULATED_STATE=s3 keeps their states there as well.
    """
    endpoint, in_s3 = os.environ.get("AWS_ENDPOINT_URL"), os.environ.get("EMULATED_STATE") == "s3"
    app = App()
    for env in ENVIRONMENTS:
        EcommerceStack(app, env=env, endpoint=endpoint or None, emulated_state_in_s3=in_s3)
    app.synth()


if __name__ == "__main__":
    main()
