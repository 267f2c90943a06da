from pathlib import Path

import pytest

from local.spark.java import NoJavaError, java_home


def java(home: Path, version: str) -> Path:
    program = home / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n", encoding="utf-8")
    program.chmod(0o755)
    return home


def test_the_stated_home_comes_first(tmp_path: Path) -> None:
    stated, other = java(tmp_path / "a", "17.0.9"), java(tmp_path / "jvm" / "b", "17.0.1")
    assert java_home({"JAVA_HOME": str(stated), "PATH": str(other / "bin")}, ()) == stated


def test_java_on_path_is_found_through_its_links(tmp_path: Path) -> None:
    home, path = java(tmp_path / "jvm" / "b", "17"), tmp_path / "bin"
    path.mkdir()
    (path / "java").symlink_to(home / "bin" / "java")
    assert java_home({"PATH": str(path)}, ()) == home


def test_another_version_is_passed_over_for_the_wanted_one(tmp_path: Path) -> None:
    newer, wanted = java(tmp_path / "jvm" / "25", "25.0.1"), java(tmp_path / "jvm" / "z17", "17.0.12")
    assert java_home({"JAVA_HOME": str(newer)}, (str(tmp_path / "jvm"),)) == wanted


def test_without_the_wanted_one_the_line_says_what_was_found_and_the_remedy(tmp_path: Path) -> None:
    old = java(tmp_path / "8", "1.8.0_402")
    with pytest.raises(NoJavaError, match=rf"needs Java 17, found is 8 in {old}: install Java 17 .*set JAVA_HOME"):
        java_home({"JAVA_HOME": str(old)}, ())


def test_without_any_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoJavaError, match="none was found"):
        java_home({"PATH": str(tmp_path)}, (str(tmp_path),))
