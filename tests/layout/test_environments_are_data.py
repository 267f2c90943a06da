"""Does any code ask in which environment it is? Read from the syntax trees; what differs is a field in `config/`."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import ENVIRONMENTS

ROOT = Path(__file__).resolve().parents[2]
NAMES = {env.name for env in ENVIRONMENTS}
TRACKED = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
    cwd=ROOT,
    capture_output=True,
    text=True,
    check=True,
).stdout.splitlines()
PRODUCT = [name for name in TRACKED if not name.startswith(("tests/", "config/")) and (ROOT / name).is_file()]
INFRASTRUCTURE = [name for name in PRODUCT if name.startswith(("stacks/", "constructs/"))]


def tree(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text(encoding="utf-8"))


def questions(module: ast.AST) -> Iterator[ast.AST]:
    """Whatever chooses by a value: comparisons, look-ups and matches."""
    for node in ast.walk(module):
        if isinstance(node, ast.Compare | ast.Subscript) or (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get"
        ):
            yield node
        elif isinstance(node, ast.Match):
            yield node.subject


def askers(module: ast.AST) -> list[int]:
    """The lines that choose by an environment's name."""
    asked = [node for question in questions(module) for node in ast.walk(question)]
    return [node.lineno for node in asked if isinstance(node, ast.Attribute) and is_name_of_environment(node)]


def is_name_of_environment(node: ast.Attribute) -> bool:
    """``env.name``, whatever ``env`` hangs on."""
    owner = node.value
    owner_name = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
    return node.attr == "name" and owner_name.strip("_") in ("env", "environment")


@pytest.mark.parametrize("name", PRODUCT)
def test_nothing_is_chosen_by_the_name_of_the_environment(name: str) -> None:
    assert [f"{name}:{line}" for line in askers(tree(name))] == []


@pytest.mark.parametrize(
    "code",
    [
        'env.name == "prod"',
        'env.name in ("dev", "local")',
        '{"prod": 5}[self._env.name]',
        "sizes.get(env.name, 1)",
        'match env.name:\n    case "prod":\n        pass',
    ],
)
def test_a_choice_by_name_is_recognised(code: str) -> None:
    assert askers(ast.parse(code)) == [1]


@pytest.mark.parametrize("name", INFRASTRUCTURE)
def test_infrastructure_names_no_environment(name: str) -> None:
    # "local" is a kind of backend as well.
    named = [node.value for node in ast.walk(tree(name)) if isinstance(node, ast.Constant)]
    assert NAMES & {value for value in named if isinstance(value, str)} <= {"local"}
