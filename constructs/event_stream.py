"""The stream of order events: producers put records, functions consume them."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.kinesis_stream import KinesisStream, KinesisStreamStreamModeDetails

from config import EventStreamSize
from constructs import Construct
from constructs.access import allow
from constructs.encryption_key import EncryptionKey


class EventStream(Construct):
    """A Kinesis stream, encrypted, that keeps records for a week at least: the time to repair a consumer."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        key: EncryptionKey,
        size: EventStreamSize,
        disposable: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        self.key = key
        mode = "ON_DEMAND" if size.shards is None else "PROVISIONED"
        self.stream = KinesisStream(
            self,
            "Stream",
            name=name,
            shard_count=size.shards,
            stream_mode_details=KinesisStreamStreamModeDetails(stream_mode=mode),
            retention_period=size.retention_hours,
            encryption_type="KMS",
            kms_key_id=key.arn,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=not disposable),
        )

    def grant_consume(self, role: IamRole) -> list[IamRolePolicy]:
        """Read and decrypt records, shard by shard. Returns the policies, for those who must wait for them."""
        actions = ("DescribeStream", "DescribeStreamSummary", "GetRecords", "GetShardIterator", "ListShards")
        access = dict.fromkeys((f"kinesis:{action}" for action in actions), self.stream.arn)
        return [self.key.grant_decrypt(role), allow(role, "Consume", self, access)]

    def grant_put(self, role: IamRole) -> list[IamRolePolicy]:
        """Put records, one or many at once. Returns the policies, for those who must wait for them."""
        access = dict.fromkeys(("kinesis:PutRecord", "kinesis:PutRecords"), self.stream.arn)
        return [self.key.grant_encrypt(role), allow(role, "Put", self, access)]
