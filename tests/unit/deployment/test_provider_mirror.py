from pathlib import Path

from local.deployment.provider_mirror import PROVIDER, _platform, find_mirror, terraform_environment


def test_a_mirror_is_found_below_a_system_root_and_named_in_the_settings(tmp_path: Path) -> None:
    mirror = tmp_path / "opt" / "plugins"
    (mirror / PROVIDER / _platform()).mkdir(parents=True)
    env, line = terraform_environment(tmp_path / "work", environ={}, roots=(tmp_path / "opt",))
    assert line == f"AWS provider: mirror {mirror}"
    assert f'path    = "{mirror}"' in Path(env["TF_CLI_CONFIG_FILE"]).read_text(encoding="utf-8")
    assert env["CHECKPOINT_DISABLE"] == "1"


def test_settings_that_point_to_a_missing_file_count_as_unset(tmp_path: Path) -> None:
    environ = {"TF_CLI_CONFIG_FILE": str(tmp_path / "gone.tfrc")}
    env, line = terraform_environment(tmp_path, environ=environ, roots=())
    assert "TF_CLI_CONFIG_FILE" not in env
    assert "registry" in line


def test_settings_of_the_user_that_exist_are_obeyed(tmp_path: Path) -> None:
    own = tmp_path / "own.tfrc"
    own.touch()
    env, line = terraform_environment(tmp_path, environ={"TF_CLI_CONFIG_FILE": str(own)}, roots=())
    assert env["TF_CLI_CONFIG_FILE"] == str(own)
    assert line == f"AWS provider: as {own} says"


def test_without_a_mirror_the_registry_is_asked_once_and_its_answer_kept(tmp_path: Path) -> None:
    env, _ = terraform_environment(tmp_path, environ={}, roots=())
    assert Path(env["TF_PLUGIN_CACHE_DIR"]).is_dir()


def test_another_version_of_the_provider_is_no_mirror(tmp_path: Path) -> None:
    ((tmp_path / PROVIDER).with_name("6.0.0") / _platform()).mkdir(parents=True)
    assert find_mirror((tmp_path,)) is None


def test_a_provider_for_another_machine_is_no_mirror(tmp_path: Path) -> None:
    (tmp_path / PROVIDER / "plan9_mips").mkdir(parents=True)
    assert find_mirror((tmp_path,)) is None
