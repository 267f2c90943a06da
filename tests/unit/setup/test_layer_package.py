from pathlib import Path

import stacks  # noqa: F401  first: it makes the provider's import cheap

# isort: split
import pytest

from constructs import layer_package
from constructs.layer_package import build_layer


@pytest.fixture
def requirements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Requirements of a function; what pip would install is put there instead, by `installed`."""
    monkeypatch.setattr(layer_package, "LAYERS", tmp_path / "layers")
    path = tmp_path / "function" / "requirements.txt"
    path.parent.mkdir()
    path.write_text("thing==1", encoding="utf-8")
    return path


def installed(monkeypatch: pytest.MonkeyPatch, files: dict[str, bytes]) -> None:
    def install(_requirements: Path, _architecture: str, target: Path) -> None:
        for name, data in files.items():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (target / name).write_bytes(data)

    monkeypatch.setattr(layer_package, "_install", install)


def test_two_machines_with_other_interpreters_build_the_same_layer(
    requirements: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = []
    for interpreter in (b"/usr/bin/python3", b"/home/me/.pyenv/bin/python3.11"):
        files = {"thing.py": b"x = 1", "bin/thing": b"#!" + interpreter, "thing-1.dist-info/RECORD": interpreter}
        installed(monkeypatch, files)
        built.append(build_layer(requirements, "arm64").read_bytes())
    assert built[0] == built[1]


def test_a_layer_that_leaves_no_room_is_refused(requirements: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layer_package, "MAX_UNZIPPED_MB", 1)
    installed(monkeypatch, {"thing.bin": bytes(2**20)})
    with pytest.raises(ValueError, match=r"1 MB unzipped; a layer may use 50% of Lambda's 1 MB: choose lighter"):
        build_layer(requirements, "arm64")


def test_the_layers_that_are_deployed_stay_far_below_the_limit() -> None:
    built = list(layer_package.LAYERS.glob("*.zip"))
    assert built
    assert all(path.stat().st_size < 50 * 2**20 for path in built), "Lambda takes 50 MB in one upload"


def test_a_package_that_cannot_be_had_is_one_line(requirements: Path) -> None:
    requirements.write_text("no-such-package-of-ours==1 --hash=sha256:00", encoding="utf-8")
    with pytest.raises(RuntimeError, match=r"for arm64: .*is the package index reachable"):
        build_layer(requirements, "arm64")
