"""DuckDB that can read the emulated S3: an endpoint goes in, a connection comes out. Nothing leaves this machine.

The S3 reader is DuckDB's extension httpfs as PyPI's package `duckdb-extension-httpfs` carries it, loaded from where the
package lies: DuckDB's own INSTALL would ask the network and write into the home directory.

The settings are for thousands of small objects on an emulated S3 that answers one request at a time. Measured with
4,000 objects of 3 kB on two shared cores, DuckDB 1.5.5: 19 s with DuckDB's defaults, 12 s with these, and 1 to 3 s for
each further query instead of 19; boto3 needs 10 s for the bytes alone. Every way makes one request per object.
"""

from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

import duckdb

from local.lambda_service.aws_clients import CREDENTIALS

WHOLE_OBJECT_BYTES = 16 * 1024 * 1024
SETTINGS = {
    # A proxy of the environment must not stand between this machine and itself; DuckDB reads no NO_PROXY of its own.
    "http_proxy": "''",
    "TimeZone": "'UTC'",
    # An object up to this size comes whole, in one request, instead of footer first.
    "force_download_threshold": str(WHOLE_OBJECT_BYTES),
    "httpfs_connection_caching": "true",
    "enable_http_metadata_cache": "true",
    "parquet_metadata_cache": "true",
    # The function names objects after the records inside: an object that was read once never changes.
    "validate_external_file_cache": "'NO_VALIDATION'",
}


def connect(*, endpoint: str, region: str) -> duckdb.DuckDBPyConnection:
    """A database in memory whose ``s3://`` is the endpoint, path-style."""
    connection = duckdb.connect(
        config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"},
    )
    connection.execute("SET allow_persistent_secrets = false")
    connection.execute(f"LOAD {literal(str(_extension()))}")
    for name, value in SETTINGS.items():
        connection.execute(f"SET {name} = {value}")
    connection.execute(_secret(endpoint, region))
    return connection


def literal(text: str) -> str:
    """A SQL string."""
    return "'" + text.replace("'", "''") + "'"


def quoted(*names: str) -> str:
    """A SQL name, ``"schema"."table"``."""
    return ".".join('"' + name.replace('"', '""') + '"' for name in names)


def _extension() -> Path:
    folder = Path(str(files("duckdb_extension_httpfs"))) / "extensions"
    path = folder / f"v{duckdb.__version__}" / "httpfs.duckdb_extension"
    if not path.is_file():
        there = ", ".join(sorted(entry.name for entry in folder.iterdir()))
        raise ValueError(
            f"{path}: not there; the package duckdb-extension-httpfs is for DuckDB {there}, installed is "
            f"{duckdb.__version__}. Pin both to one version in the Pipfile"
        )
    return path


def _secret(endpoint: str, region: str) -> str:
    url = urlsplit(endpoint)
    if url.scheme not in ("http", "https") or not url.netloc:
        raise ValueError(f"endpoint is {endpoint!r}, expected a URL such as http://127.0.0.1:5000")
    options = {
        "KEY_ID": CREDENTIALS["aws_access_key_id"],
        "SECRET": CREDENTIALS["aws_secret_access_key"],
        "REGION": region,
        "ENDPOINT": url.netloc,
        "URL_STYLE": "path",
    }
    stated = ", ".join(f"{name} {literal(value)}" for name, value in options.items())
    return f"CREATE SECRET embedded_aws (TYPE s3, {stated}, USE_SSL {url.scheme == 'https'})"
