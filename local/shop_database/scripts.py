"""SQL scripts of a folder into the shop's database: what ``DATA`` brings, or the small shop of our own."""

import gzip
from pathlib import Path

from local.shop_database.server import ShopDatabase

FOLDER = "cdc_mysql"
# In the order they build on each other; those that are not there are left out.
SCRIPTS = ("sakila-schema.sql", "sakila-data.sql", "Chinook_MySql.sql")


def scripts_in(folder: Path) -> list[Path]:
    """The scripts of ``folder`` or of the folder ``cdc_mysql`` in it, plain or gzipped."""
    for place in (folder, folder / FOLDER):
        names = [name for script in SCRIPTS for name in (script, f"{script}.gz")]
        if found := [place / name for name in names if (place / name).is_file()]:
            return found
    return []


def load(database: ShopDatabase, scripts: list[Path]) -> list[str]:
    """Runs them; returns the databases that are there afterwards."""
    for script in scripts:
        content = script.read_bytes()
        database.run_script(gzip.decompress(content) if script.suffix == ".gz" else content)
    return databases(database)


def databases(database: ShopDatabase) -> list[str]:
    """The shop's own, without the server's."""
    own = ("information_schema", "mysql", "performance_schema", "sys")
    with database.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT schema_name FROM information_schema.schemata WHERE schema_name NOT IN %s", (own,))
        return sorted(row[0] for row in cursor.fetchall())
