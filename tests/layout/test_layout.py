"""Do the rules of the house hold? Read from the syntax trees, so nothing is imported."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = (
    *("config", "contracts", "constructs", "stacks", "lambda_src", "glue_scripts"),
    *("local", "deploy", "gate", "replay", "backfill", "bench"),
)
# Jobs call the folder beside them `lib`, as Glue and EMR do.
JOB_MODULES = ("lib", "order_etl", "crm_etl", "cdc_merge", "gold_etl", "compact")
ALLOWED = {
    "main": {"stacks", "config"},
    "stacks": {"stacks", "constructs", "config", "contracts"},
    "constructs": {"constructs", "config", "contracts"},
    "config": {"config"},
    "contracts": {"contracts"},
    "lambda_src": set[str](),
    "glue_scripts": set[str](),
    "local": {"local", "lambda_src", "glue_scripts", "config", "contracts"},
    "deploy": {"deploy", "local", "config"},
    "gate": {"gate", "config", "contracts"},
    "replay": {"replay", "local", "config"},
    "backfill": {"backfill", "local", "config"},
    "bench": {"bench", "main", "stacks", "lambda_src", "glue_scripts", "config", "contracts", "local", "constructs"},
}
CDKTF_HOMES = {"main", "stacks", "constructs", "tests"}
TRACKED = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
    cwd=ROOT,
    capture_output=True,
    text=True,
    check=True,
).stdout.splitlines()
SOURCES = [name for name in TRACKED if name.endswith(".py") and (ROOT / name).is_file()]
PRODUCT = [name for name in SOURCES if not name.startswith("tests/")]


def layer(name: str) -> str:
    return name.split("/", maxsplit=1)[0].removesuffix(".py")


def imports(name: str) -> set[str]:
    tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("name", PRODUCT)
def test_imports_go_one_way(name: str) -> None:
    targets = {module.split(".")[0] for module in imports(name)} & {*OURS, "main", "tests"}
    # `from constructs import Construct` is PyPI's package of the same name; ours are its submodules.
    if "constructs" in targets and not any(module.startswith("constructs.") for module in imports(name)):
        targets.discard("constructs")
    assert targets <= ALLOWED[layer(name)]


@pytest.mark.parametrize("name", PRODUCT)
def test_only_what_runs_jobs_here_knows_their_code(name: str) -> None:
    of_jobs = {module for module in imports(name) if module.split(".")[0] in JOB_MODULES}
    assert not of_jobs or "glue_scripts" in {*ALLOWED[layer(name)], layer(name)}


@pytest.mark.parametrize("name", SOURCES)
def test_awsglue_is_nowhere(name: str) -> None:
    # It exists on Glue alone; the same scripts run on EMR and here.
    assert not [module for module in imports(name) if module.split(".")[0] == "awsglue"]


@pytest.mark.parametrize("name", SOURCES)
def test_only_infrastructure_knows_cdktf(name: str) -> None:
    bindings = {module for module in imports(name) if module.split(".")[0].startswith("cdktf")}
    assert not bindings or layer(name) in CDKTF_HOMES


def test_the_folder_constructs_has_no_init() -> None:
    assert not (ROOT / "constructs" / "__init__.py").exists(), (
        "it would hide PyPI's package: constructs._jsii not found"
    )


@pytest.mark.parametrize("name", PRODUCT)
def test_no_file_needs_a_table_of_contents(name: str) -> None:
    assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) <= 250


@pytest.mark.parametrize("name", PRODUCT)
def test_no_function_is_longer_than_a_page(name: str) -> None:
    tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = {node.name: node.end_lineno - node.lineno + 1 for node in functions if node.end_lineno is not None}
    assert {name: lines for name, lines in long.items() if lines > 60} == {}


DOCUMENTS = [name for name in TRACKED if name.endswith(".md") and name != "CHANGELOG.md"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_a_document_names_exists(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)", text)) <= targets
    paths = re.findall(r"`((?:[\w.]+/)+[\w.*<>-]*|[\w-]+\.(?:py|toml|json|yaml))`", text)
    ours = [p for p in paths if layer(p) in {*OURS, "docs", "sql", "tests", "bench", ".ci"} and not set(p) & set("*<>")]
    assert [p for p in ours if not (ROOT / p).exists() and not p.startswith("build/")] == []
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    assert [link for link in links if not (ROOT / name).parent.joinpath(link).exists()] == []
