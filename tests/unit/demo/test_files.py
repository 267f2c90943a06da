from pathlib import Path

import pytest

from local.demo.files import land_files
from local.demo.platform import Platform
from local.deployment.cdktf import Deployment
from local.embedded_aws import EmbeddedAws


@pytest.fixture
def nowhere(tmp_path: Path) -> Platform:
    """A platform that must not be asked: what is wrong with a folder is said before."""
    aws = EmbeddedAws(pid=0, port=1, endpoint="http://127.0.0.1:1", instance_id="none")
    return Platform(aws=aws, deployment=Deployment(stack="none", work_dir=tmp_path), resources=0)


def test_a_folder_that_is_not_there_is_named_with_what_belongs_there(nowhere: Platform, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"nothing is no folder; give one with a folder per source: .*crm_users"):
        land_files(nowhere, tmp_path / "nothing")


def test_a_folder_of_no_source_is_named_before_anything_is_sent(nowhere: Platform, tmp_path: Path) -> None:
    (tmp_path / "crm_user").mkdir()
    with pytest.raises(ValueError, match=r"crm_user is no source; there are: .*crm_users"):
        land_files(nowhere, tmp_path)


def test_folders_without_files_are_not_taken_for_a_success(nowhere: Platform, tmp_path: Path) -> None:
    (tmp_path / "crm_users").mkdir()
    with pytest.raises(ValueError, match="no files; put them into folders called like their source"):
        land_files(nowhere, tmp_path)
