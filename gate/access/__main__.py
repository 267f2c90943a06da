"""``python -m gate.access`` writes docs/ACCESS.md from production's synthesized stack; `make docs` does both."""

import sys
from pathlib import Path

from config import Environment
from config.environments import PROD
from config.naming import stack_name
from gate.access.matrix import matrix
from gate.access.page import markdown
from gate.synthesized import STACKS
from gate.template import Template, load_template

PAGE = Path(__file__).resolve().parents[2] / "docs" / "ACCESS.md"
HEAD = """Written from production's stack by `make docs`; a test compares the two. `gate/access/promises.py` says what
none of them may ever do.

A right stands here if it works: reading and writing what is encrypted takes the key as well, reading a table takes the
catalogue's entry, Lake Formation's grant and its way to the files. A view shows only what its reader may read of the
tables beneath it. Names are those of the constructs; *outside* is a role that the stack does not make, and what its own
policies say is not here. Conditions that ask for this account are left out."""


def page(template: Template, env: Environment) -> str:
    """The whole page."""
    return markdown(matrix(template, env), title="Who may do what", head=HEAD)


def main() -> int:
    """0 written, 2 nothing there to write from."""
    file = STACKS / stack_name(PROD) / "cdk.tf.json"
    if not file.is_file():
        print(f"{file} is not there; run: make synth")
        return 2
    PAGE.write_text(page(load_template(file), PROD), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(PAGE.parent.parent)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
