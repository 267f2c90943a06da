"""Makes the AWS bindings load only what is used: a program starts in about a second instead of fifteen.

In: `import constructs.fast_provider`, before anything imports `cdktf_cdktf_provider_aws`; the package `stacks` and
`tests/conftest.py` do it. Out: the same classes and byte for byte the same `cdk.tf.json`.

Two halves of the bindings are eager, and each gets its own remedy:

- Python: the package's `__init__` imports its 2,145 modules. An unexecuted module object with the real path and spec
  takes its place in `sys.modules`; a submodule still runs its own `from .._jsii import *`, which loads the assembly.
- Node: the provider's index requires as many again. jsii's node runs before this module does, because importing
  `constructs.<anything>` first runs PyPI's `constructs`, which starts it; so `NODE_OPTIONS` would come too late.
  Instead `lazy_provider_index.js` goes in the way all code goes in: as a jsii assembly, one without types. Nothing
  in the environment changes, so no other child process sees any of this.
"""

import importlib
import importlib.util
import io
import json
import sys
import tarfile
import tempfile
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType

import jsii
from jsii.errors import JSIIError

PROVIDER = "cdktf_cdktf_provider_aws"
NODE_HOOK = Path(__file__).with_name("lazy_provider_index.js")
HOOK_NAME = "lazy-provider-index"
HOOK_VERSION = "1.0.0"
MARK = "_loads_on_demand"  # tells our module object from one the package itself has filled


def register(package: str = PROVIDER) -> ModuleType:
    """Put `package` into `sys.modules` without running its `__init__`; a second call returns the same module.

    Raises ModuleNotFoundError when it is not installed, RuntimeError when it was already imported the ordinary way.
    """
    if present := sys.modules.get(package):
        if not vars(present).get(MARK):
            raise RuntimeError(
                f"{package} was already imported the ordinary way, which loads all of its modules; "
                "import constructs.fast_provider before it, as stacks/__init__.py and tests/conftest.py do"
            )
        return present
    spec = importlib.util.find_spec(package)
    if spec is None:
        raise ModuleNotFoundError(f"{package} is not installed for {sys.executable}; run `pipenv install`")
    module = importlib.util.module_from_spec(spec)
    vars(module).update({MARK: True, "__getattr__": _submodule_loader(package)})
    sys.modules[package] = module
    return module


def _submodule_loader(package: str) -> Callable[[str], ModuleType]:
    """Serve `package.s3_bucket`, which works without an import of its own after the ordinary import (PEP 562)."""

    def load(name: str) -> ModuleType:
        missing = AttributeError(f"module {package!r} has no attribute {name!r}")
        if name.startswith("_"):
            raise missing
        try:
            return importlib.import_module(f"{package}.{name}")
        except ModuleNotFoundError as error:
            if error.name != f"{package}.{name}":
                raise
            raise missing from error

    return load


def hasten_node(load: Callable[[str, str, str], None] = jsii.load) -> None:
    """Hand the hook to the running node; a jsii that refuses it costs seconds, so it warns and goes on."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            tarball = Path(folder, f"{HOOK_NAME}.tgz")
            tarball.write_bytes(_tarball(_hook_assembly()))
            load(HOOK_NAME, HOOK_VERSION, str(tarball))
    except (JSIIError, RuntimeError) as error:
        warnings.warn(f"{NODE_HOOK.name} was refused, synthesis takes 2-3 s longer: {error}", stacklevel=2)


def _hook_assembly() -> dict[str, bytes]:
    package = {"name": HOOK_NAME, "version": HOOK_VERSION, "main": NODE_HOOK.name}
    assembly = {
        "schema": "jsii/0.10.0",
        "name": HOOK_NAME,
        "version": HOOK_VERSION,
        "jsiiVersion": "5.7.0",
        "types": {},
    }
    return {
        "package.json": json.dumps(package).encode(),
        ".jsii": json.dumps(assembly).encode(),
        NODE_HOOK.name: NODE_HOOK.read_bytes(),
    }


def _tarball(files: Mapping[str, bytes]) -> bytes:
    """Pack without times and compression: jsii caches a package by its bytes, so equal files must give equal bytes."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


register()
hasten_node()
