"""What jobs on EMR are given is what they import, and what was tested."""

import ast
import json
import re
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path

import pytest

import stacks  # noqa: F401  first: it makes the provider's import cheap

# isort: split
from config.batch_jobs import JOBS
from constructs.layer_package import EMR_ARCHITECTURE, EMR_REQUIREMENTS, layer_path
from local.setup.steps import ROOT, STEPS

PINS = dict(re.findall(r"^([a-z0-9-]+)==(\S+) \\\n    --hash=(?=sha256)", EMR_REQUIREMENTS.read_text(), re.MULTILINE))
LOCKED = json.loads((ROOT / "Pipfile.lock").read_text())["default"]
# What is there of itself: Spark's, and what lies in the jobs' own zip.
AT_HAND = {*sys.stdlib_module_names, "pyspark", "py4j", "lib", "shared", "platform_contracts"}


@cache
def imported(module: Path) -> frozenset[str]:
    """The packages that ``module`` imports, it and what it imports of the jobs' own."""
    found = set()
    nodes = list(ast.walk(ast.parse(module.read_text(encoding="utf-8"))))
    for_types = [node for node in nodes if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    for node in set(nodes) - {inner for block in for_types for inner in ast.walk(block)}:
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            found.add(name.split(".")[0])
            for home in (ROOT / "glue_scripts", ROOT / "lambda_src"):
                ours = home / f"{name.replace('.', '/')}.py"
                found |= imported(ours) if ours.is_file() else set()
    return frozenset(found)


@pytest.mark.parametrize("name", [job.name for job in JOBS if not job.masks])
def test_a_job_that_may_run_on_emr_imports_nothing_that_emr_lacks(name: str) -> None:
    asked = imported(ROOT / "glue_scripts" / f"{name}.py") - AT_HAND
    assert "boto3" in asked
    assert asked <= set(PINS)


def test_the_packages_bring_all_that_boto3_needs_in_the_versions_that_are_tested() -> None:
    assert PINS.keys() == {"boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3"}
    text = EMR_REQUIREMENTS.read_text()
    for name, version in PINS.items():
        assert LOCKED[name]["version"] == f"=={version}"
        block = text.partition(f"{name}==")[2].partition("\n")[2].partition("\n")[0]
        assert block.strip().removeprefix("--hash=") in LOCKED[name]["hashes"]


def test_unpacked_they_answer_with_nothing_else_on_the_path(tmp_path: Path) -> None:
    with zipfile.ZipFile(layer_path(EMR_REQUIREMENTS, EMR_ARCHITECTURE)) as archive:
        assert not [name for name in archive.namelist() if name.endswith(".so")]
        archive.extractall(tmp_path)
    program = "import boto3; print(boto3.client('s3', region_name='eu-west-1').meta.endpoint_url, boto3.__file__)"
    alone = [sys.executable, "-S", "-c", program]
    ran = subprocess.run(
        alone, env={"PYTHONPATH": "./python"}, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == ["https://s3.eu-west-1.amazonaws.com", str(tmp_path / "python/boto3/__init__.py")]


def test_they_are_packed_again_when_a_version_changes() -> None:
    (layers,) = [step for step in STEPS if step.result == "build/layers"]
    assert EMR_REQUIREMENTS in [path for name in layers.inputs for path in ROOT.glob(name)]
