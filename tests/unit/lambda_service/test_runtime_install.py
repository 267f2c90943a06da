"""The runtime's packages are installed once per version of their list."""

from pathlib import Path

import pytest

from local.lambda_service.runtime_install import install, installed


def test_it_is_installed_once_and_anew_when_the_requirements_change(tmp_path: Path) -> None:
    requirements, target = tmp_path / "requirements.txt", tmp_path / "runtime"
    requirements.write_text("# nothing\n")
    install(target, requirements=requirements)
    (target / "kept").touch()
    install(target, requirements=requirements)
    assert installed(target, requirements=requirements)
    assert (target / "kept").exists()

    requirements.write_text("# still nothing\n")
    assert not installed(target, requirements=requirements)
    install(target, requirements=requirements)
    assert installed(target, requirements=requirements)
    assert not (target / "kept").exists()


def test_a_failed_installation_says_why_and_leaves_nothing_that_counts(tmp_path: Path) -> None:
    requirements, target = tmp_path / "requirements.txt", tmp_path / "runtime"
    requirements.write_text("this is == no requirement ==\n")
    with pytest.raises(RuntimeError, match="pip could not install it"):
        install(target, requirements=requirements)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["requirements.txt"]
