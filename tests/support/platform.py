"""The whole application, synthesized once per run as ``cdktf synth`` would."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import stacks  # noqa: F401  first: it makes the provider's import cheap

# isort: split
from cdktf import App

from config import ENVIRONMENTS
from config.naming import stack_name
from stacks.ecommerce import EcommerceStack
from tests.support.synthesis import Template

# What changes with every edit of a function's source, and says nothing about infrastructure.
ASSET_FOLDER = re.compile(r"/[0-9A-F]{32}/")
MASKED = "<content hash>"


@cache
def templates() -> Mapping[str, Template]:
    """Each stack's template by name, for one architecture: the local environment otherwise follows the machine."""
    with TemporaryDirectory() as folder:
        app = App(outdir=folder)
        for env in ENVIRONMENTS:
            EcommerceStack(app, env=replace(env, architecture="arm64"))
        app.synth()
        paths = {stack_name(env): Path(folder) / "stacks" / stack_name(env) / "cdk.tf.json" for env in ENVIRONMENTS}
        return {name: Template(json.loads(path.read_text(encoding="utf-8"))) for name, path in paths.items()}


def masked(value: Any) -> Any:
    """The template without content hashes and cdktf's own notes, so that it changes with the infrastructure alone."""
    if isinstance(value, dict):
        return {k: MASKED if k == "source_code_hash" else masked(v) for k, v in value.items() if k != "//"}
    if isinstance(value, list):
        return [masked(item) for item in value]
    return ASSET_FOLDER.sub(f"/{MASKED}/", value) if isinstance(value, str) else value
