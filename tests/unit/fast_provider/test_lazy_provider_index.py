"""The hook makes exactly the provider's index lazy, and leaves every layout it does not know to node."""

import json
import subprocess
from pathlib import Path

import pytest

HOOK = Path(__file__).parents[3] / "constructs" / "lazy_provider_index.js"
KNOWN_LAYOUT = """"use strict";
/**
 * Copyright (c) Somebody
 */
Object.defineProperty(exports, "__esModule", { value: true });
exports.till = exports.barrel = void 0;
// generated
exports.barrel = require("./barrel");
exports.till = require("./till");
//# sourceMappingURL=data:application/json;base64,e30=
"""
ASK = """
const path = require("path");
const loaded = () => Object.keys(require.cache).map((f) => path.basename(path.dirname(f))).filter((f) => f !== "x");
const provider = require("./node_modules/PACKAGE/lib/index.js");
const atStart = loaded();
console.log(JSON.stringify({
  names: Object.keys(provider).sort(), esModule: provider.__esModule, atStart, volume: provider.barrel.volume,
  same: provider.barrel === provider.barrel, atEnd: loaded(),
}));
"""


def ask(folder: Path, index: str, package: str = "@cdktf/provider-aws") -> dict[str, object]:
    """Require `index` as `package`'s under the hook, then use `barrel`; say which modules were loaded when."""
    lib = folder / "node_modules" / package / "lib"
    for name, source in {"": index, "barrel": "exports.volume = 3;", "till": "exports.price = 7;"}.items():
        (lib / name).mkdir(parents=True, exist_ok=True)
        (lib / name / "index.js").write_text(source)
    script = folder / "ask.js"
    script.write_text(ASK.replace("PACKAGE", package))
    done = subprocess.run(["node", "--require", HOOK, script], capture_output=True, text=True, check=True)
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def submodules(loaded: object) -> set[str]:
    assert isinstance(loaded, list)
    return {name for name in loaded if name in {"barrel", "till"}}


def test_a_module_is_required_when_it_is_first_used(tmp_path: Path) -> None:
    answer = ask(tmp_path, KNOWN_LAYOUT)
    assert submodules(answer["atStart"]) == set()
    assert submodules(answer["atEnd"]) == {"barrel"}
    assert answer["volume"] == 3


def test_the_lazy_index_exports_what_the_stock_index_exports(tmp_path: Path) -> None:
    answer = ask(tmp_path, KNOWN_LAYOUT)
    assert answer["names"] == ["barrel", "till"]
    assert answer["esModule"] is True
    assert answer["same"] is True


@pytest.mark.parametrize(
    "line",
    [
        "globalThis.counter = 1;",
        'exports.till = require("../till");',
        'exports.till = wrap(require("./till"));',
        "/* note */ globalThis.counter = 1;",
        " */ globalThis.counter = 1;",
    ],
)
def test_an_index_with_an_unknown_line_is_left_to_node(tmp_path: Path, line: str) -> None:
    preamble = "const wrap = (m) => m;\n/*\n" if line.startswith(" */") else "const wrap = (m) => m;\n"
    (tmp_path / "node_modules" / "@cdktf" / "provider-aws" / "till").mkdir(parents=True)
    (tmp_path / "node_modules" / "@cdktf" / "provider-aws" / "till" / "index.js").write_text("exports.price = 9;")
    answer = ask(tmp_path, KNOWN_LAYOUT.replace("// generated\n", preamble + line + "\n"))
    assert submodules(answer["atStart"]) == {"barrel", "till"}


def test_an_index_without_any_require_is_left_to_node(tmp_path: Path) -> None:
    assert ask(tmp_path, 'exports.barrel = { volume: 5 }; exports.till = "none";')["volume"] == 5


def test_other_packages_are_left_to_node(tmp_path: Path) -> None:
    answer = ask(tmp_path, KNOWN_LAYOUT, package="@cdktf/provider-null")
    assert submodules(answer["atStart"]) == {"barrel", "till"}
