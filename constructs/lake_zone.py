"""One stage of the lake: objects come in through ``grant_write`` and are read through ``grant_read``."""

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.s3_bucket_notification import S3BucketNotification

from config import ZoneLifecycle
from constructs import Construct
from constructs.access import Condition, Statement, allow, attach
from constructs.encryption_key import EncryptionKey
from constructs.log_bucket import LogBucket
from constructs.object_lifecycle import ObjectLifecycle
from constructs.private_bucket import close, encrypt, keep_versions, make_bucket
from constructs.work_area import WorkArea, folders_of


class LakeZone(Construct):
    """A bucket, private, versioned and encrypted, that nothing can open except through ``grant_*``.

    Each grant returns the policies it wrote, for those who must wait until they are in force.

    ``logs`` takes the record of who asked for what. ``announces`` tells EventBridge of every object that comes or goes,
    for those who wait for one (1.00 per million events).

    Deleting it takes two keys, turned in the environment's configuration: the environment is disposable, and this zone
    is named among what may go with it. Without ``disposable`` Terraform refuses to destroy the bucket.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        key: EncryptionKey,
        lifecycle: ZoneLifecycle,
        logs: LogBucket | None = None,
        announces: bool = False,
        disposable: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        self.key = key
        self.announces = announces
        self.bucket = make_bucket(self, name=name, disposable=disposable)
        encrypt(self, self.bucket, key)
        self.versioning = keep_versions(self, self.bucket)
        ObjectLifecycle(self, "Lifecycle", bucket=self.bucket, rules=lifecycle, after=self.versioning)
        close(self, self.bucket)
        if logs:
            logs.take_access_log(self, self.bucket)
        if announces:
            S3BucketNotification(self, "Announcements", bucket=self.bucket.id, eventbridge=True)

    def grant_read(self, role: IamRole) -> list[IamRolePolicy]:
        """List the zone, read and decrypt its objects."""
        access = {"s3:ListBucket": self.bucket.arn, "s3:GetObject": f"{self.bucket.arn}/*"}
        return [self.key.grant_decrypt(role), allow(role, "Read", self, access)]

    def grant_read_files(self, role: IamRole, *prefixes: str) -> list[IamRolePolicy]:
        """Read the objects below ``prefixes`` that one is told of, in the version one is told of; not list them."""
        objects = [f"{self.bucket.arn}/{prefix}*" for prefix in prefixes]
        read = Statement(sid="ReadFiles", actions=("s3:GetObject", "s3:GetObjectVersion"), resources=objects)
        return [self.key.grant_decrypt(role), attach(role, "ReadFiles", self, [read])]

    def grant_look_up(self, role: IamRole, *prefixes: str) -> list[IamRolePolicy]:
        """Read the objects below ``prefixes``, list them, and be told of one that is not there that it is not."""
        objects = [f"{self.bucket.arn}/{prefix}*" for prefix in prefixes]
        # S3 takes the key for the prefix when it decides whether one may know that an object is not there:
        # https://github.com/ceph/ceph/pull/68577 found out by trying.
        below = Condition(test="StringLike", variable="s3:prefix", values=[f"{prefix}*" for prefix in prefixes])
        statements = [
            Statement(sid="Read", actions=["s3:GetObject"], resources=objects),
            Statement(sid="List", actions=["s3:ListBucket"], resources=[self.bucket.arn], conditions=[below]),
        ]
        return [self.key.grant_decrypt(role), attach(role, "LookUp", self, statements)]

    def grant_write(self, role: IamRole, *prefixes: str) -> list[IamRolePolicy]:
        """Put whole objects below ``prefixes``; neither read nor delete them."""
        objects = [f"{self.bucket.arn}/{prefix}*" for prefix in prefixes]
        write = Statement(sid="Write1", actions=["s3:PutObject"], resources=objects)
        return [self.key.grant_encrypt(role), attach(role, "Write", self, [write])]

    def grant_work(self, role: IamRole, area: WorkArea) -> list[IamRolePolicy]:
        """What Spark asks of a bucket: list, read and write below the prefixes of ``area``, and clear away there."""
        bucket, below = self.bucket.arn, [*area.reads, *area.writes]
        # Before it writes it looks whether each folder above is there, by its name and by what it holds.
        above = sorted({part for prefix in area.writes for part in _looked_for(prefix)})
        patterns = [*(f"{prefix}*" for prefix in below), *above, *area.marks]
        read = [*(f"{prefix}*" for prefix in below), *area.folders, *area.marks]
        seen = Condition(test="StringLike", variable="s3:prefix", values=patterns)
        statements = [
            Statement(sid="Place", actions=["s3:GetBucketLocation"], resources=[bucket]),
            Statement(sid="List", actions=["s3:ListBucket"], resources=[bucket], conditions=[seen]),
            Statement(sid="Read", actions=["s3:GetObject"], resources=[f"{bucket}/{pattern}" for pattern in read]),
        ]
        may_use = [self.key.grant_decrypt(role)]
        if area.writes:
            objects = [f"{bucket}/{pattern}" for pattern in (*(f"{prefix}*" for prefix in area.writes), *area.marks)]
            in_parts = ("s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject")
            statements.append(Statement(sid="Write", actions=in_parts, resources=objects))
            may_use.append(self.key.grant_encrypt(role))
        if area.clears:
            cleared = [f"{bucket}/{pattern}" for pattern in area.clears]
            statements.append(Statement(sid="ClearAway", actions=["s3:DeleteObject"], resources=cleared))
        return [*may_use, attach(role, "Work", self, statements)]

    def grant_take_failures(self, role: IamRole) -> list[IamRolePolicy]:
        """What Lambda asks of a bucket that takes the batches a function gave up on."""
        access = {"s3:ListBucket": self.bucket.arn, "s3:PutObject": f"{self.bucket.arn}/aws/lambda/*"}
        return [self.key.grant_encrypt(role), allow(role, "TakeFailures", self, access)]

    def grant_deliver(self, role: IamRole, *prefixes: str) -> list[IamRolePolicy]:
        """What Firehose asks of a bucket: write objects below ``prefixes``, large ones in parts, and look at them."""
        on_bucket = ("s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads")
        on_objects = ("s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject")
        objects = [f"{self.bucket.arn}/{prefix}*" for prefix in prefixes]
        statements = [
            Statement(sid="Bucket", actions=on_bucket, resources=[self.bucket.arn]),
            Statement(sid="Objects", actions=on_objects, resources=objects),
        ]
        return [self.key.grant_decrypt(role), self.key.grant_encrypt(role), attach(role, "Deliver", self, statements)]

    def grant_replicate_into(self, role: IamRole, prefix: str, *, reads: bool) -> list[IamRolePolicy]:
        """What DMS asks of a target: write and delete objects below ``prefix``, and to ``reads`` them to compare.

        Nothing of a bucket with versions is gone by it.
        """
        on_bucket = ["s3:GetBucketLocation", "s3:ListBucket"]
        on_objects = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject", "s3:PutObjectTagging"]
        if reads:
            on_bucket.append("s3:ListBucketMultipartUploads")
            on_objects += ["s3:GetObject", "s3:ListMultipartUploadParts"]
        statements = [
            Statement(sid="Bucket", actions=on_bucket, resources=[self.bucket.arn]),
            Statement(sid="Objects", actions=on_objects, resources=[f"{self.bucket.arn}/{prefix}*"]),
        ]
        return [self.key.grant_decrypt(role), self.key.grant_encrypt(role), attach(role, "Replicate", self, statements)]

    def grant_keep_results(self, role: IamRole, prefix: str) -> list[IamRolePolicy]:
        """What Athena asks of whoever runs a query: write its result below ``prefix``, in parts too, and read it."""
        bucket, objects = self.bucket.arn, f"{self.bucket.arn}/{prefix}*"
        on_bucket = ("s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads")
        on_objects = ("s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts")
        access = dict.fromkeys(on_bucket, bucket) | dict.fromkeys(on_objects, objects)
        return [self.key.grant_decrypt(role), self.key.grant_encrypt(role), allow(role, "KeepResults", self, access)]


def _looked_for(prefix: str) -> list[str]:
    """``a``, ``a/`` and ``a/b`` of ``a/b/``."""
    *outer, itself = folders_of(prefix)
    return [*outer, *(f"{folder}/" for folder in outer), itself]
