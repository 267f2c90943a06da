"""Is everything in which environments differ a field in `config/`? One by another name must become the same stack."""

import base64
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cdktf import App

from config import ENVIRONMENTS, Environment
from config.naming import stack_name
from stacks.ecommerce import EcommerceStack
from tests.support.platform import masked, templates

# A view's definition is JSON in base64, its database among it.
VIEW = re.compile(r"/\* Presto View: ([\w+/=]+) \*/")


def nameless(document: dict[str, Any], env: Environment) -> dict[str, Any]:
    """The template without the environment's name, wherever `config/naming.py` and the provider put it."""
    text = VIEW.sub(lambda found: json.dumps(base64.b64decode(found[1]).decode())[1:-1], json.dumps(masked(document)))
    text = text.replace(env.account_id, "<account>")
    text = re.sub(rf"(?<=ecommerce[-_]){env.name}(?![a-z0-9])", "<name>", text)
    text = text.replace(f'"Environment": "{env.name}"', '"Environment": "<name>"').replace(f'"{env.name}/', '"<name>/')
    found: dict[str, Any] = json.loads(text)
    return found


def synthesized(env: Environment, folder: Path) -> dict[str, Any]:
    app = App(outdir=str(folder))
    EcommerceStack(app, env=env)
    app.synth()
    template = folder / "stacks" / stack_name(env) / "cdk.tf.json"
    document: dict[str, Any] = json.loads(template.read_text(encoding="utf-8"))
    return document


@pytest.mark.parametrize("env", ENVIRONMENTS, ids=lambda env: env.name)
def test_an_environment_by_another_name_and_account_is_the_same_stack(env: Environment, tmp_path: Path) -> None:
    renamed = replace(env, architecture="arm64", name="other", account_id="999999999999")
    document = synthesized(renamed, tmp_path)
    assert "other" in json.dumps(document)
    assert nameless(document, renamed) == nameless(templates()[stack_name(env)].document, env)
