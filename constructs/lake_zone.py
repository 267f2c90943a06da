"""One stage of the lake: objects come in through ``grant_write`` and are read through ``grant_read``."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket

from config import ZoneLifecycle
from constructs import Construct
from constructs.access import allow
from constructs.encryption_key import EncryptionKey
from constructs.object_lifecycle import ObjectLifecycle
from constructs.private_bucket import close, encrypt, keep_versions

MAX_NAME = 63


class LakeZone(Construct):
    """A bucket, private, versioned and encrypted, that nothing can open except through ``grant_*``.

    Each grant returns the policies it wrote, for those who must wait until they are in force.

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
        disposable: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        if len(name) > MAX_NAME:
            raise ValueError(f"{self.node.path}: bucket name {name!r} is longer than {MAX_NAME}; shorten it")
        self.key = key
        self.bucket = S3Bucket(
            self,
            "Bucket",
            bucket=name,
            force_destroy=disposable,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=not disposable),
        )
        encrypt(self, self.bucket, key)
        versioning = keep_versions(self, self.bucket)
        ObjectLifecycle(self, "Lifecycle", bucket=self.bucket, rules=lifecycle, after=versioning)
        close(self, self.bucket)

    def grant_read(self, role: IamRole) -> list[IamRolePolicy]:
        """List the zone, read and decrypt its objects."""
        access = {"s3:ListBucket": self.bucket.arn, "s3:GetObject": f"{self.bucket.arn}/*"}
        return [self.key.grant_decrypt(role), allow(role, "Read", self, access)]

    def grant_write(self, role: IamRole, prefix: str) -> list[IamRolePolicy]:
        """Put whole objects below ``prefix``; neither read nor delete them."""
        access = {"s3:PutObject": f"{self.bucket.arn}/{prefix}*"}
        return [self.key.grant_encrypt(role), allow(role, "Write", self, access)]

    def grant_take_failures(self, role: IamRole) -> list[IamRolePolicy]:
        """What Lambda asks of a bucket that takes the batches a function gave up on."""
        access = {"s3:ListBucket": self.bucket.arn, "s3:PutObject": f"{self.bucket.arn}/aws/lambda/*"}
        return [self.key.grant_encrypt(role), allow(role, "TakeFailures", self, access)]
