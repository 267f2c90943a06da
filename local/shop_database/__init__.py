"""The shop's own database on this machine: a real MariaDB with a log of changes, as MySQL on premises would have one.

database = start(Path("build/local"))      # or find the one that runs
with database.connect("shop") as connection: ...
stop(Path("build/local"))
"""

from local.shop_database.installation import NoMariaDbError
from local.shop_database.server import DatabaseError, ShopDatabase, find, start, stop

__all__ = ["DatabaseError", "NoMariaDbError", "ShopDatabase", "find", "start", "stop"]
