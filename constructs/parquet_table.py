"""A table of Parquet objects as Glue's catalogue has it: columns go in, the blocks of its resource come out."""

from cdktf_cdktf_provider_aws.glue_catalog_table import (
    GlueCatalogTablePartitionKeys,
    GlueCatalogTableStorageDescriptor,
    GlueCatalogTableStorageDescriptorColumns,
    GlueCatalogTableStorageDescriptorSerDeInfo,
)

from contracts import Column

PARQUET = "org.apache.hadoop.hive.ql.io.parquet"
INPUT_FORMAT = f"{PARQUET}.MapredParquetInputFormat"
OUTPUT_FORMAT = f"{PARQUET}.MapredParquetOutputFormat"
SERDE = f"{PARQUET}.serde.ParquetHiveSerDe"


def parquet_storage(location: str, columns: tuple[Column, ...]) -> GlueCatalogTableStorageDescriptor:
    """The objects below ``location``, which ends without a slash."""
    return GlueCatalogTableStorageDescriptor(
        location=f"{location}/",
        input_format=INPUT_FORMAT,
        output_format=OUTPUT_FORMAT,
        ser_de_info=GlueCatalogTableStorageDescriptorSerDeInfo(serialization_library=SERDE),
        columns=catalogue_columns(columns),
    )


def catalogue_columns(columns: tuple[Column, ...]) -> list[GlueCatalogTableStorageDescriptorColumns]:
    """Those that stand in the files, or that a view shows."""
    return [
        GlueCatalogTableStorageDescriptorColumns(name=column.name, type=column.type, comment=column.description)
        for column in columns
    ]


def partition_keys(columns: tuple[Column, ...]) -> list[GlueCatalogTablePartitionKeys]:
    """Those that stand in the path."""
    return [
        GlueCatalogTablePartitionKeys(name=column.name, type=column.type, comment=column.description)
        for column in columns
    ]


def projection(columns: tuple[Column, ...], location: str) -> dict[str, str]:
    """The parameters by which Athena finds the partitions of ``columns`` by itself."""
    if not columns:
        return {}
    parameters = {"projection.enabled": "true"}
    for column in columns:
        low, high = column.option("minimum"), column.option("maximum")
        parameters[f"projection.{column.name}.type"] = "integer"
        parameters[f"projection.{column.name}.range"] = f"{low},{high}"
        if column.name != "year":
            parameters[f"projection.{column.name}.digits"] = "2"
    # Athena fills ${year}; for Terraform the same text would be a reference, hence the second dollar.
    path = "/".join(f"{column.name}=$${{{column.name}}}" for column in columns)
    return parameters | {"storage.location.template": f"{location}/{path}/"}
