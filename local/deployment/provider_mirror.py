"""Where Terraform finds the AWS provider: the user's own settings, a mirror on this machine, or the registry."""

import os
import platform
from collections.abc import Iterator, Mapping
from pathlib import Path

PROVIDER = "registry.terraform.io/hashicorp/aws/5.100.0"
SYSTEM_ROOTS = (Path("/usr/share"), Path("/usr/local/share"), Path("/opt"))
MAX_DEPTH = 2
MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}


def terraform_environment(
    work_dir: Path, *, environ: Mapping[str, str] | None = None, roots: tuple[Path, ...] | None = None
) -> tuple[dict[str, str], str]:
    """The environment for Terraform, and one line that says where the provider comes from.

    A TF_CLI_CONFIG_FILE that points to a missing file counts as unset; one that exists is obeyed.
    """
    env = dict(os.environ if environ is None else environ)
    env["CHECKPOINT_DISABLE"] = "1"
    own = env.get("TF_CLI_CONFIG_FILE")
    if own and Path(own).is_file():
        return env, f"AWS provider: as {own} says"
    env.pop("TF_CLI_CONFIG_FILE", None)
    mirror = find_mirror(_user_roots(env) + SYSTEM_ROOTS if roots is None else roots)
    work_dir.mkdir(parents=True, exist_ok=True)
    if mirror is None:
        cache = work_dir / "provider-cache"
        cache.mkdir(exist_ok=True)
        env.setdefault("TF_PLUGIN_CACHE_DIR", str(cache.resolve()))
        return env, "AWS provider: from the Terraform registry (no mirror found on this machine)"
    settings = work_dir / "terraform.tfrc"
    settings.write_text(_settings(mirror), encoding="utf-8")
    env["TF_CLI_CONFIG_FILE"] = str(settings.resolve())
    return env, f"AWS provider: mirror {mirror}"


def find_mirror(roots: tuple[Path, ...]) -> Path | None:
    """The first folder at or below ``roots`` that holds the provider's version for Terraform to take."""
    for root in roots:
        for folder in _folders(root, MAX_DEPTH):
            if (folder / PROVIDER / _platform()).is_dir():
                return folder
    return None


def _platform() -> str:
    """What Terraform calls this kind of machine: ``linux_amd64``."""
    machine = platform.machine().lower()
    return f"{platform.system().lower()}_{MACHINES.get(machine, machine)}"


def _user_roots(env: Mapping[str, str]) -> tuple[Path, ...]:
    home = Path(env.get("HOME", "~")).expanduser()
    data = Path(env.get("XDG_DATA_HOME") or home / ".local" / "share")
    return (home / ".terraform.d" / "plugins", data / "terraform" / "plugins")


def _folders(root: Path, depth: int) -> Iterator[Path]:
    if not root.is_dir():
        return
    yield root
    if depth == 0:
        return
    try:
        below = sorted(path for path in root.iterdir() if path.is_dir() and not path.is_symlink())
    except PermissionError:
        return
    for path in below:
        yield from _folders(path, depth - 1)


def _settings(mirror: Path) -> str:
    return (
        "provider_installation {\n"
        f'  filesystem_mirror {{\n    path    = "{mirror}"\n    include = ["hashicorp/aws"]\n  }}\n'
        '  direct {\n    exclude = ["hashicorp/aws"]\n  }\n'
        "}\n"
    )
