"""The settings of a delivery stream as Terraform applied them.

In: an answer of describe_delivery_stream. Out: `DeliveryStream`; what cannot be honoured here is listed, not ignored.
https://docs.aws.amazon.com/firehose/latest/APIReference/API_ExtendedS3DestinationDescription.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MEGABYTE = 1024 * 1024
SUFFIXES = {"GZIP": ".gz", "UNCOMPRESSED": ""}
DELIMITER, FUNCTION = "AppendDelimiterToRecord", "Lambda"


@dataclass(frozen=True, kw_only=True)
class TableColumns:
    """The table of the catalogue by whose columns records are converted to Parquet."""

    database: str
    table: str
    compression: str


@dataclass(frozen=True, kw_only=True)
class DeliveryStream:
    """One stream that is written to one bucket. ``created_at`` is where it begins to read: later records only.

    ``function_arn`` is called with up to ``hand_over_bytes`` of records; what it answers is what is written.
    """

    name: str
    version: str
    created_at: float
    stream_arn: str
    bucket: str
    prefix: str
    error_prefix: str
    buffer_bytes: int
    buffer_seconds: float
    compression: str
    delimiter: bytes
    function_arn: str | None
    hand_over_bytes: int
    converted_by: TableColumns | None
    problems: tuple[str, ...]

    @property
    def stream_name(self) -> str:
        return self.stream_arn.rpartition("/")[2]

    @property
    def suffix(self) -> str:
        return ".parquet" if self.converted_by else SUFFIXES[self.compression]

    @property
    def position(self) -> str:
        """What its checkpoints are filed under: made anew, it forgets how far it was."""
        return f"firehose-{self.name}-{self.created_at:.0f}"


def delivery_stream_from(described: Mapping[str, Any]) -> DeliveryStream:
    """Firehose's defaults fill what the description leaves out."""
    source = described.get("Source", {}).get("KinesisStreamSourceDescription", {})
    destination = described["Destinations"][0].get("ExtendedS3DestinationDescription", {})
    hints = destination.get("BufferingHints", {})
    processors = _processors(destination)
    function = _parameters(processors, FUNCTION)
    return DeliveryStream(
        name=described["DeliveryStreamName"],
        version=described.get("VersionId", "1"),
        created_at=described["CreateTimestamp"].timestamp(),
        stream_arn=source.get("KinesisStreamARN", ""),
        bucket=destination.get("BucketARN", "").removeprefix("arn:aws:s3:::"),
        prefix=destination.get("Prefix", "!{timestamp:yyyy/MM/dd/HH}/"),
        error_prefix=destination.get("ErrorOutputPrefix", "!{firehose:error-output-type}/"),
        buffer_bytes=hints.get("SizeInMBs", 5) * MEGABYTE,
        buffer_seconds=hints.get("IntervalInSeconds", 300),
        compression=destination.get("CompressionFormat", "UNCOMPRESSED"),
        delimiter=_parameters(processors, DELIMITER).get("Delimiter", "").replace("\\n", "\n").encode(),
        function_arn=function.get("LambdaArn", "").removesuffix(":$LATEST") or None,
        hand_over_bytes=round(float(function.get("BufferSizeInMBs", 1)) * MEGABYTE),
        converted_by=_converted_by(destination),
        problems=tuple(_problems(source, destination, processors)),
    )


def _processors(destination: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    configuration = destination.get("ProcessingConfiguration", {})
    return list(configuration.get("Processors", [])) if configuration.get("Enabled") else []


def _parameters(processors: list[Mapping[str, Any]], type_: str) -> dict[str, str]:
    """Of the processor of a type; nothing where there is none."""
    for processor in processors:
        if processor["Type"] == type_:
            default = {"Delimiter": "\\n"} if type_ == DELIMITER else {}
            named = {parameter["ParameterName"]: parameter["ParameterValue"] for parameter in processor["Parameters"]}
            return default | named
    return {}


def _converted_by(destination: Mapping[str, Any]) -> TableColumns | None:
    conversion = _conversion(destination)
    if not conversion:
        return None
    columns = conversion.get("SchemaConfiguration", {})
    parquet = conversion.get("OutputFormatConfiguration", {}).get("Serializer", {}).get("ParquetSerDe", {})
    return TableColumns(
        database=columns.get("DatabaseName", ""),
        table=columns.get("TableName", ""),
        compression=parquet.get("Compression", "SNAPPY"),
    )


def _conversion(destination: Mapping[str, Any]) -> Mapping[str, Any]:
    """What was not said to be off is on."""
    found: Mapping[str, Any] = destination.get("DataFormatConversionConfiguration") or {}
    return found if found.get("Enabled", True) else {}


def _problems(
    source: Mapping[str, Any], destination: Mapping[str, Any], processors: list[Mapping[str, Any]]
) -> list[str]:
    """Why it does not run here: running it without the setting would show another result than AWS."""
    others = sorted({processor["Type"] for processor in processors} - {DELIMITER, FUNCTION})
    conversion = _conversion(destination)
    into = [*conversion.get("OutputFormatConfiguration", {}).get("Serializer", {})] if conversion else ["ParquetSerDe"]
    compression = destination.get("CompressionFormat", "UNCOMPRESSED")
    found = {
        "only a Kinesis stream is read here": not source.get("KinesisStreamARN"),
        "only an extended S3 destination is written here": not destination.get("BucketARN"),
        f"processors {', '.join(others)} are not run here": bool(others),
        "a function is called by its ARN only": not all(
            _parameters([each], FUNCTION).get("LambdaArn") for each in processors if each["Type"] == FUNCTION
        ),
        "records are converted to Parquet only here": into != ["ParquetSerDe"],
        "what is converted is not compressed once more": bool(conversion) and compression != "UNCOMPRESSED",
        "dynamic partitioning is not done here": destination.get("DynamicPartitioningConfiguration", {}).get("Enabled"),
        f"compression {compression} is not written here": compression not in SUFFIXES,
    }
    return [problem for problem, holds in found.items() if holds]
