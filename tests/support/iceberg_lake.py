"""Iceberg for tests: moto's S3 and Glue in this process, and a Spark session that is told where they are."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from moto.server import ThreadedMotoServer
from pyspark.sql import SparkSession

from local.embedded_aws.environment import LOOP_BACK, REGION
from local.spark.iceberg import NAME_HERE, iceberg_jars

CATALOG = "spark.sql.catalog.lake"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": REGION}


def submitted() -> dict[str, str]:
    """What a session must be told before it starts. The catalogue's place can wait."""
    (jar,) = iceberg_jars({"--table_format": "iceberg"})
    return {
        "spark.jars": str(jar),
        "spark.sql.extensions": f"{NAME_HERE}spark.extensions.IcebergSparkSessionExtensions",
    }


@contextmanager
def iceberg_lake(spark: SparkSession) -> Iterator[str]:
    """Moto, known to the session as the catalogue `lake`; gives the endpoint."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address=LOOP_BACK, port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    settings = {
        "": f"{NAME_HERE}spark.SparkCatalog",
        ".catalog-impl": f"{NAME_HERE}aws.glue.GlueCatalog",
        ".io-impl": f"{NAME_HERE}aws.s3.S3FileIO",
        ".warehouse": "s3://no-table-lies-here",
        ".glue.endpoint": endpoint,
        ".s3.endpoint": endpoint,
        ".s3.path-style-access": "true",
        ".client.region": REGION,
    }
    for name, value in settings.items():
        spark.conf.set(f"{CATALOG}{name}", value)
    try:
        yield endpoint
    finally:
        server.stop()
