"""The archive: every record of the stream as it came, in bronze, for the day it must be sent again."""

from collections.abc import Mapping

from cdktf import TerraformResource, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.cloudwatch_log_stream import CloudwatchLogStream
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.kinesis_firehose_delivery_stream import (
    KinesisFirehoseDeliveryStream,
    KinesisFirehoseDeliveryStreamExtendedS3Configuration,
    KinesisFirehoseDeliveryStreamExtendedS3ConfigurationCloudwatchLoggingOptions,
    KinesisFirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfiguration,
    KinesisFirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationProcessors,
    KinesisFirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationProcessorsParameters,
    KinesisFirehoseDeliveryStreamKinesisSourceConfiguration,
)

from config import Environment
from config.event_archive import HOUR_PREFIX, UNDELIVERED_PREFIX, EventArchiveSize
from config.naming import event_archive_name
from constructs import Construct
from constructs.access import Condition, Statement, allow, policy_document
from constructs.archive_table import ArchiveTable
from constructs.encryption_key import EncryptionKey
from constructs.event_stream import EventStream
from constructs.lake_zone import LakeZone

LOG_STREAM = "delivery"


class EventArchive(Construct):
    """A Firehose delivery stream from ``events`` to ``zone``: record by record, by the hour of arrival.

    Its ``key`` encrypts its log. It reads the stream from the moment it is made and keeps its place to itself: made
    anew, it begins with what comes then, so whatever is kept with the stream is kept here too. With a ``table`` records
    become its rows, in Parquet; without one, lines in GZIP.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        env: Environment,
        size: EventArchiveSize,
        events: EventStream,
        zone: LakeZone,
        key: EncryptionKey,
        table: ArchiveTable | None = None,
    ) -> None:
        super().__init__(scope, id_)
        if (table is not None) != (size.format == "parquet"):
            given = "a table" if table else "no table"
            raise ValueError(f"{self.node.path}: the format {size.format} and {given} do not fit; give one to parquet")
        self.zone, self.table = zone, table
        self._name = event_archive_name(env)
        self.role = self._make_role(env.account_id)
        self._log_group = CloudwatchLogGroup(
            self,
            "LogGroup",
            name=f"/aws/kinesisfirehose/{self._name}",
            retention_in_days=env.log_keep_days,
            kms_key_id=key.arn,
        )
        log_stream = CloudwatchLogStream(self, "LogStream", name=LOG_STREAM, log_group_name=self._log_group.name)
        grants = [
            *events.grant_consume(self.role),
            *zone.grant_deliver(self.role, size.prefix, UNDELIVERED_PREFIX),
            *(table.grant_convert(self.role) if table else []),
            allow(self.role, "Log", self, {"logs:PutLogEvents": f"{self._log_group.arn}:log-stream:{LOG_STREAM}"}),
        ]
        self.delivery = KinesisFirehoseDeliveryStream(
            self,
            "Delivery",
            name=self._name,
            destination="extended_s3",
            kinesis_source_configuration=KinesisFirehoseDeliveryStreamKinesisSourceConfiguration(
                kinesis_stream_arn=events.stream.arn, role_arn=self.role.arn
            ),
            extended_s3_configuration=self._destination(size, zone, table),
            lifecycle=TerraformResourceLifecycle(prevent_destroy=not env.may_delete("event-stream")),
            # Firehose tries its role while it is made.
            depends_on=[*grants, log_stream],
        )

    def wait_for(self, first: TerraformResource) -> None:
        """Makes the delivery stream after ``first``."""
        # Set afterwards, an object would be written as a reference, which Terraform does not take here.
        address = f"{first.terraform_resource_type}.{first.friendly_unique_id}"
        self.delivery.depends_on = [*(self.delivery.depends_on or []), address]

    def _make_role(self, account_id: str) -> IamRole:
        """Firehose says for which account it asks in the external id. That it says so in aws:SourceAccount as well is
        written nowhere: that is compared where it does.

        https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#firehose-assume-role
        """
        trust = Statement(
            sid="AssumeByService",
            actions=["sts:AssumeRole"],
            resources=[],
            principals=("Service", ["firehose.amazonaws.com"]),
            conditions=[
                Condition(test="StringEquals", variable="sts:ExternalId", values=[account_id]),
                Condition(test="StringEqualsIfExists", variable="aws:SourceAccount", values=[account_id]),
            ],
        )
        return IamRole(self, "Role", name=self._name, assume_role_policy=policy_document(self, "RoleTrust", [trust]))

    def _destination(
        self, size: EventArchiveSize, zone: LakeZone, table: ArchiveTable | None
    ) -> KinesisFirehoseDeliveryStreamExtendedS3Configuration:
        return KinesisFirehoseDeliveryStreamExtendedS3Configuration(
            role_arn=self.role.arn,
            bucket_arn=zone.bucket.arn,
            kms_key_arn=zone.key.arn,
            prefix=f"{size.prefix}{HOUR_PREFIX}",
            error_output_prefix=f"{UNDELIVERED_PREFIX}!{{firehose:error-output-type}}/{HOUR_PREFIX}",
            buffering_size=size.buffer_mb,
            buffering_interval=size.buffer_seconds,
            # Where Firehose converts it wants to compress the columns itself.
            compression_format="UNCOMPRESSED" if table else "GZIP",
            processing_configuration=_processed("Lambda", table.processor_parameters) if table else _record_per_line(),
            data_format_conversion_configuration=table.conversion(self.role) if table else None,
            cloudwatch_logging_options=KinesisFirehoseDeliveryStreamExtendedS3ConfigurationCloudwatchLoggingOptions(
                enabled=True, log_group_name=self._log_group.name, log_stream_name=LOG_STREAM
            ),
        )


def _record_per_line() -> KinesisFirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfiguration:
    """Without it records stand one after the other, and nobody could tell where a broken one ends.

    Firehose wants the line feed as two characters, a backslash and an n.
    """
    return _processed("AppendDelimiterToRecord", {"Delimiter": "\\n"})


def _processed(
    type_: str, parameters: Mapping[str, str]
) -> KinesisFirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfiguration:
    processing = KinesisFirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfiguration
    processor = KinesisFirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationProcessors
    parameter = KinesisFirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfigurationProcessorsParameters
    named = [parameter(parameter_name=name, parameter_value=value) for name, value in parameters.items()]
    return processing(enabled=True, processors=[processor(type=type_, parameters=named)])
