from pathlib import Path

import pytest

from local.demo.alone import AnotherRunsError, alone_in


def test_a_second_demo_in_the_same_directory_is_refused_until_the_first_ends(tmp_path: Path) -> None:
    with alone_in(tmp_path), pytest.raises(AnotherRunsError, match="another demo runs"), alone_in(tmp_path):
        pass
    with alone_in(tmp_path):
        pass


def test_demos_in_two_directories_do_not_disturb_each_other(tmp_path: Path) -> None:
    with alone_in(tmp_path / "one"), alone_in(tmp_path / "two"):
        pass
