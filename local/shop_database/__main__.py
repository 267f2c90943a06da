"""``python -m local.shop_database``: makes sure that MariaDB is there; 0 if it is, 1 and one line otherwise."""

import sys

from local.shop_database.installation import NoMariaDbError, make_sure


def main() -> int:
    """What the set-up calls beforehand."""
    try:
        make_sure()
    except NoMariaDbError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
