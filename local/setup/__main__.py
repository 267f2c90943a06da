"""``python -m local.setup``: from a fresh clone to a checkout in which everything runs.

``--gate``: the scanners too. ``--database``: MariaDB too, installed where that can be done unasked. ``--iceberg``: the
other table format, a download of 361 MB.
"""

import sys

from local.setup.prerequisites import missing
from local.setup.steps import DATABASE_STEPS, GATE_STEPS, ICEBERG_STEPS, STEPS, SetupError, run_steps
from local.spark.java import missing_java


def main() -> int:
    """0 when all is ready; otherwise 1 and one line for each thing to mend."""
    if sys.version_info[:2] != (3, 11):
        found = sys.version.split()[0]
        print(f"setup: Python 3.11 is needed (as on Glue 5.0), this is {found}: make PYTHON=python3.11")
        return 1
    problems = missing() + missing_java()
    for problem in problems:
        print(f"setup: {problem}")
    if problems:
        return 1
    try:
        more = {"--gate": GATE_STEPS, "--database": DATABASE_STEPS, "--iceberg": ICEBERG_STEPS}
        run_steps(sum((more[option] for option in sys.argv[1:]), STEPS))
    except SetupError as error:
        print(f"\nsetup: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
