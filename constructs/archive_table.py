"""The archive as a table: what puts each record into a row, and the table whose columns Firehose converts rows by."""

from typing import Any

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.kinesis_firehose_delivery_stream import (
    KinesisFirehoseDeliveryStreamExtendedS3ConfigurationDataFormatConversionConfiguration,
)

from config import Environment
from config.event_archive import EventArchiveSize
from config.naming import database_name, function_name
from constructs import Construct
from constructs.access import Statement, attach
from constructs.encryption_key import environment_key
from constructs.lake_database import LakeDatabase
from constructs.lake_zone import LakeZone
from constructs.python_function import PythonFunction
from contracts import Contract

SOURCE = "archive_envelope"
# Firehose hands over this much of records at once. Its answer is four times as large for records of half a kilobyte,
# and Lambda's limit is 6 MB: the usual megabyte would come near it.
HAND_OVER_MB = "0.2"
# As often as Firehose allows: while the function cannot be had, records wait on the stream and are not set aside.
ATTEMPTS = "300"


class ArchiveTable(Construct):
    """The function ``archive_envelope`` and the table of ``contract`` in a database of ``zone``.

    Firehose converts what it is given by a table's columns. Given the events themselves it would change and drop what
    no contract knows, so it is given rows in which each record's bytes stand as one text, in base64.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        env: Environment,
        size: EventArchiveSize,
        zone: LakeZone,
        contract: Contract,
    ) -> None:
        super().__init__(scope, id_)
        self._size = size
        self._catalogue = f"arn:aws:glue:{env.region}:{env.account_id}"
        self.database = LakeDatabase(
            self,
            "Database",
            name=database_name(env, "bronze"),
            zone=zone,
            prefix=size.prefix,
            disposable=env.may_delete("bronze"),
        )
        self.table = self.database.add_received_table(contract, prefix=size.prefix.rstrip("/"))
        log_group = f"/aws/lambda/{function_name(env, SOURCE)}"
        self.function = PythonFunction(
            self,
            "ArchiveEnvelope",
            source=SOURCE,
            env=env,
            size=size.envelope,
            key=environment_key(self, "Key", env=env, name="archive-envelope", for_logs=log_group),
            contracts=[],
            variables={"LOG_LEVEL": "INFO"},
        )

    def grant_convert(self, role: IamRole) -> list[IamRolePolicy]:
        """What Firehose asks of a role it transforms and converts with; where Lake Formation governs, a grant too."""
        name, table = self.database.database.name, self.table.name
        resources = [
            f"{self._catalogue}:catalog",
            f"{self._catalogue}:database/{name}",
            f"{self._catalogue}:table/{name}/{table}",
        ]
        actions = ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"]
        columns = Statement(sid="ReadColumns", actions=actions, resources=resources)
        return [self.function.grant_invoke(role), attach(role, "ReadColumns", self, [columns])]

    @property
    def processor_parameters(self) -> dict[str, str]:
        """Of Firehose's processor ``Lambda``. What is its default is left out: AWS does not tell that it was set."""
        return {
            "LambdaArn": f"{self.function.function.arn}:$LATEST",
            "BufferSizeInMBs": HAND_OVER_MB,
            "NumberOfRetries": ATTEMPTS,
        }

    def conversion(
        self, role: IamRole
    ) -> KinesisFirehoseDeliveryStreamExtendedS3ConfigurationDataFormatConversionConfiguration:
        """Rows as JSON in, by their names; Parquet out, by the table's columns as they are at the time."""
        reader: dict[str, Any] = {"open_x_json_ser_de": {"case_insensitive": True}}
        writer: dict[str, Any] = {"parquet_ser_de": {"compression": self._size.parquet_compression.upper()}}
        return KinesisFirehoseDeliveryStreamExtendedS3ConfigurationDataFormatConversionConfiguration(
            enabled=True,
            input_format_configuration={"deserializer": reader},
            output_format_configuration={"serializer": writer},
            schema_configuration={
                "database_name": self.database.database.name,
                "table_name": self.table.name,
                "role_arn": role.arn,
            },
        )
