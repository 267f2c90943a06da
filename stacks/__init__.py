"""The layers of the platform, one per file, and the stack that composes them.

Importing it, before cdktf, prepares jsii and the provider's package: every entry point does so.
"""

import os

# jsii reads it when it starts; without it a banner about Node 20's age stands in every output.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")

import constructs.fast_provider  # noqa: F401
