"""What the code of the jobs holds nowhere, or in one place only."""

import ast
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from lib.clients import aws_client

JOBS = Path(__file__).resolve().parents[3] / "glue_scripts"
# Rows one by one through Python: slow, and nothing that Spark could not do itself.
THROUGH_PYTHON = {"udf", "pandas_udf", "udtf", "mapInPandas", "applyInPandas", "applyInPandasWithState"}


def names(file: Path) -> set[str]:
    """All that the code of a file names, words of its texts left out."""
    return set(_names(ast.parse(file.read_text())))


def _names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.alias):
            yield node.name.rpartition(".")[2]


def users_of(wanted: set[str]) -> list[str]:
    files = sorted(JOBS.rglob("*.py"))
    assert len(files) > 40
    return [str(file.relative_to(JOBS)) for file in files if names(file) & wanted]


def test_no_job_takes_rows_through_python_but_to_make_tokens() -> None:
    assert users_of(THROUGH_PYTHON) == []
    assert users_of({"mapInArrow"}) == ["lib/tokens.py"]


def test_clients_are_made_in_one_place_only() -> None:
    makers = [file for file in users_of({"boto3"}) if names(JOBS / file) & {"client", "resource"}]
    assert makers == ["lib/clients.py"]


def test_threads_make_their_clients_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    at_work: list[str] = []

    def make(service: str, **_: Any) -> int:
        at_work.append(service)
        time.sleep(0.01)
        together = len(at_work)
        at_work.remove(service)
        return together

    monkeypatch.setattr(boto3, "client", make)
    seen: list[int] = []
    threads = [threading.Thread(target=lambda: seen.append(aws_client("s3"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [1] * 8
