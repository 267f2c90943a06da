"""The package stands in `sys.modules` unexecuted, its submodules load when asked for, and nothing else changes."""

import importlib
import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from types import ModuleType

import pytest
from jsii.errors import JSIIError

from constructs import fast_provider

ROOT = Path(__file__).parents[3]
REAL_IMPORT = """
import os, sys
before = dict(os.environ)
import constructs.fast_provider
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
package = sys.modules["cdktf_cdktf_provider_aws"]
assert dict(os.environ) == before, "the environment changed"
assert package.__file__.endswith("__init__.py") and package.__spec__.name == "cdktf_cdktf_provider_aws"
print(*sorted(name for name in sys.modules if name.startswith("cdktf_cdktf_provider_aws.")))
"""
COUNT_NODE_MODULES = """
process.on("exit", () => {
  const used = Object.keys(require.cache).filter((file) => file.includes("provider-aws/lib/"));
  const names = used.map((file) => file.split("/lib/")[1]);
  if (names.length > 0) require("fs").writeFileSync(process.env.USED_FILE, names.join(" "));
});
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A package named `slow_shop` whose `__init__` must never run, with the submodules `till` and `broken`."""
    package = tmp_path / "slow_shop"
    package.mkdir()
    (package / "__init__.py").write_text("raise AssertionError('the eager __init__ ran')")
    (package / "till.py").write_text("PRICE = 7")
    (package / "broken.py").write_text("import no_such_dependency")
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("slow_shop", "slow_shop.till", "slow_shop.broken"):
        monkeypatch.setitem(sys.modules, name, ModuleType("placeholder"))  # so that what the test adds is taken away
        del sys.modules[name]
    return "slow_shop"


def run_real(code: str, **env: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=os.environ | env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_only_the_used_submodules_of_the_real_bindings_load(tmp_path: Path) -> None:
    counter = tmp_path / "count modules.js"
    counter.write_text(COUNT_NODE_MODULES)
    used = tmp_path / "used"
    loaded = run_real(REAL_IMPORT, NODE_OPTIONS=f'--require "{counter}"', USED_FILE=str(used)).split()
    assert {name.split(".")[1] for name in loaded} == {"_jsii", "s3_bucket"}
    assert used.read_text().split() == ["index.js"], "node required provider modules nobody asked for"


def test_the_bindings_come_from_their_own_place(shop: str, tmp_path: Path) -> None:
    module = fast_provider.register(shop)
    assert list(module.__path__) == [str(tmp_path / shop)]
    assert module.__file__ == str(tmp_path / shop / "__init__.py")
    assert module.__spec__ is not None
    assert module.__spec__.name == shop


def test_a_submodule_loads_when_it_is_imported(shop: str) -> None:
    fast_provider.register(shop)
    assert importlib.import_module(f"{shop}.till").PRICE == 7


def test_a_submodule_loads_when_it_is_reached_as_an_attribute(shop: str) -> None:
    assert fast_provider.register(shop).till.PRICE == 7


def test_an_unknown_attribute_is_an_attribute_error(shop: str) -> None:
    with pytest.raises(AttributeError, match="module 'slow_shop' has no attribute 'barrel'"):
        _ = fast_provider.register(shop).barrel


def test_a_submodule_that_misses_its_own_dependency_says_which(shop: str) -> None:
    with pytest.raises(ModuleNotFoundError, match="no_such_dependency"):
        _ = fast_provider.register(shop).broken


def test_registering_twice_gives_the_same_module(shop: str) -> None:
    assert fast_provider.register(shop) is fast_provider.register(shop)


def test_a_package_imported_the_ordinary_way_is_refused_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "early_bird", ModuleType("early_bird"))
    with pytest.raises(
        RuntimeError, match=r"early_bird was already imported.*import constructs.fast_provider before it"
    ):
        fast_provider.register("early_bird")


def test_a_missing_package_is_named_with_the_remedy() -> None:
    with pytest.raises(ModuleNotFoundError, match=r"no_such_bindings is not installed.*pipenv install"):
        fast_provider.register("no_such_bindings")


def test_equal_hooks_give_equal_bytes_so_that_jsii_caches_one_package() -> None:
    tarballs: list[bytes] = []
    for _ in range(2):
        fast_provider.hasten_node(lambda _name, _version, path: tarballs.append(Path(path).read_bytes()))
    assert tarballs[0] == tarballs[1]
    with tarfile.open(fileobj=io.BytesIO(tarballs[0])) as tar:
        assert tar.getnames() == ["package/package.json", "package/.jsii", "package/lazy_provider_index.js"]


def test_a_jsii_that_refuses_the_hook_costs_time_but_not_the_synthesis() -> None:
    def refuse(_name: str, _version: str, _path: str) -> None:
        raise JSIIError("unknown schema")

    with pytest.warns(UserWarning, match="lazy_provider_index.js was refused.*unknown schema"):
        fast_provider.hasten_node(refuse)


def test_the_folder_constructs_has_no_init() -> None:
    assert not (ROOT / "constructs" / "__init__.py").exists(), (
        "it would hide PyPI's constructs: see constructs/__init__.pyi"
    )
