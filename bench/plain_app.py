"""Runs an app as if the fast import had never been written: the slow side of `bench.synth_time`.

In: the app's path as the only argument. Out: whatever the app writes. An empty module takes the place of
`constructs.fast_provider`, so Python runs the bindings' own `__init__` and node its own eager index; everything else
is the app's. Exits with an error when the bindings were not imported whole, because then it measured something else.
"""

import runpy
import sys
from types import ModuleType

FAST_IMPORT = "constructs.fast_provider"
BINDINGS = "cdktf_cdktf_provider_aws"
WHOLE = 2000  # the bindings have 2,145 modules; a lazy import loads some dozens


def main(app: str) -> None:
    sys.modules[FAST_IMPORT] = ModuleType(FAST_IMPORT, "Neutralised by bench.plain_app.")
    sys.argv = [app]
    runpy.run_path(app, run_name="__main__")
    imported = sum(name.startswith(f"{BINDINGS}.") for name in sys.modules)
    if imported < WHOLE:
        sys.exit(f"{app}: {imported} modules of {BINDINGS} loaded, fewer than {WHOLE}: something else makes it lazy")


if __name__ == "__main__":
    main(sys.argv[1])
