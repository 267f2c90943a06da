"""What Spark is told when tables are published in Iceberg, as Glue and EMR have it built in."""

from collections.abc import Mapping

ICEBERG = "org.apache.iceberg"
# As glue_scripts/lib/iceberg_table.py calls it.
CATALOG = "spark.sql.catalog.lake"


def spark_settings(arguments: Mapping[str, str]) -> dict[str, str]:
    """Of a job with these ``arguments``; none where its tables are plain Parquet."""
    if arguments["--table_format"] != "iceberg":
        return {}
    bucket = arguments.get("--gold_bucket") or arguments["--silver_bucket"]
    return {
        "spark.sql.extensions": f"{ICEBERG}.spark.extensions.IcebergSparkSessionExtensions",
        CATALOG: f"{ICEBERG}.spark.SparkCatalog",
        f"{CATALOG}.catalog-impl": f"{ICEBERG}.aws.glue.GlueCatalog",
        f"{CATALOG}.io-impl": f"{ICEBERG}.aws.s3.S3FileIO",
        # Every table says itself where it lies.
        f"{CATALOG}.warehouse": f"s3://{bucket}/iceberg",
    }


def told_to_glue(arguments: Mapping[str, str]) -> dict[str, str]:
    """The same as arguments of a Glue job, which takes one --conf for all settings."""
    settings = [f"{name}={value}" for name, value in spark_settings(arguments).items()]
    return {"--datalake-formats": "iceberg", "--conf": " --conf ".join(settings)} if settings else {}
