"""Where AWS itself writes down who asked for what: the access logs of the other buckets of a region, and audit logs."""

from typing import cast

from cdktf_cdktf_provider_aws.data_aws_iam_policy_document import DataAwsIamPolicyDocument
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_logging import (
    S3BucketLoggingA,
    S3BucketLoggingTargetObjectKeyFormat,
    S3BucketLoggingTargetObjectKeyFormatPartitionedPrefix,
)
from cdktf_cdktf_provider_aws.s3_bucket_policy import S3BucketPolicy

from config import ZoneLifecycle
from constructs import Construct
from constructs.access import Condition, Statement, attach, policy_document
from constructs.object_lifecycle import ObjectLifecycle
from constructs.private_bucket import close, encrypt, keep_versions, make_bucket

ACCESS_PREFIX = "access/"


class LogBucket(Construct):
    """Private and versioned like a `LakeZone`, and deleted by the same two keys; it does not log itself.

    Encrypted with S3's own key: neither S3's nor Redshift's logs can be delivered under one of ours. The logs of
    buckets whose names fit ``sources`` are taken, of this account only.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        account_id: str,
        sources: str,
        lifecycle: ZoneLifecycle,
        disposable: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        self._account_id = account_id
        self.bucket = make_bucket(self, name=name, disposable=disposable)
        encrypt(self, self.bucket, None)
        versioning = keep_versions(self, self.bucket)
        ObjectLifecycle(self, "Lifecycle", bucket=self.bucket, rules=lifecycle, after=versioning)
        self.policy = close(self, self.bucket, allowed=[self._s3_may_deliver(sources)])
        self._also_allowed: list[str] = []

    def take_access_log(self, owner: Construct, source: S3Bucket) -> None:
        """Has S3 write down every request to ``source``, under ``access/<account>/<region>/<bucket>/<y>/<m>/<d>/``."""
        S3BucketLoggingA(
            owner,
            "AccessLog",
            bucket=source.id,
            target_bucket=self.bucket.id,
            target_prefix=ACCESS_PREFIX,
            target_object_key_format=S3BucketLoggingTargetObjectKeyFormat(
                # By when a request was made, so that a day can be read without its neighbours.
                partitioned_prefix=S3BucketLoggingTargetObjectKeyFormatPartitionedPrefix(
                    partition_date_source="EventTime"
                )
            ),
            # S3 refuses a target it may not write to.
            depends_on=[self.policy],
        )

    def take_redshift_audit(self, prefix: str) -> S3BucketPolicy:
        """Lets this account's Redshift clusters deliver below ``prefix``.

        Redshift tries it out when logging is enabled, so whoever enables it waits for the policy this returns.
        """
        self._let_deliver("redshift", prefix=prefix, source=f"arn:aws:redshift:*:{self._account_id}:cluster:*")
        return self.policy

    def grant_write_events(self, role: IamRole, prefix: str) -> IamRolePolicy:
        """Lets Spark write down what it did, below ``prefix``; it renames the file in the end, which deletes one."""
        below = Condition(test="StringLike", variable="s3:prefix", values=[prefix.rstrip("/"), f"{prefix}*"])
        on_objects = ("s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject")
        statements = [
            Statement(sid="List", actions=["s3:ListBucket"], resources=[self.bucket.arn], conditions=[below]),
            Statement(sid="Events", actions=on_objects, resources=[f"{self.bucket.arn}/{prefix}*"]),
        ]
        return attach(role, "WriteEvents", self, statements)

    def _s3_may_deliver(self, sources: str) -> Statement:
        return Statement(
            sid="AccessLogs",
            actions=["s3:PutObject"],
            resources=[f"{self.bucket.arn}/{ACCESS_PREFIX}*"],
            principals=("Service", ["logging.s3.amazonaws.com"]),
            conditions=[
                Condition(test="StringEquals", variable="aws:SourceAccount", values=[self._account_id]),
                Condition(test="ArnLike", variable="aws:SourceArn", values=[f"arn:aws:s3:::{sources}"]),
            ],
        )

    def _let_deliver(self, service: str, *, prefix: str, source: str) -> None:
        """A service looks whose the bucket is, and puts its logs."""
        resources = {"s3:PutObject": f"{self.bucket.arn}/{prefix}*", "s3:GetBucketAcl": self.bucket.arn}
        statements = [
            Statement(
                sid=f"{service.capitalize()}{action.removeprefix('s3:')}",
                actions=[action],
                resources=[resource],
                principals=("Service", [f"{service}.amazonaws.com"]),
                conditions=[Condition(test="ArnLike", variable="aws:SourceArn", values=[source])],
            )
            for action, resource in resources.items()
        ]
        self._also_allowed.append(policy_document(self, f"{service.capitalize()}MayDeliver", statements))
        # A bucket has one policy, and it was written before anybody asked.
        document = cast(DataAwsIamPolicyDocument, self.node.find_child("PolicyDocument"))
        document.source_policy_documents = self._also_allowed
