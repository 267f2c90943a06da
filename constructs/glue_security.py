"""With which keys Glue encrypts what a crawler or a job leaves behind."""

from cdktf_cdktf_provider_aws.glue_security_configuration import (
    GlueSecurityConfiguration,
    GlueSecurityConfigurationEncryptionConfiguration,
    GlueSecurityConfigurationEncryptionConfigurationCloudwatchEncryption,
    GlueSecurityConfigurationEncryptionConfigurationJobBookmarksEncryption,
    GlueSecurityConfigurationEncryptionConfigurationS3Encryption,
)

from constructs import Construct
from constructs.encryption_key import EncryptionKey


def glue_security(
    scope: Construct, id_: str, *, name: str, key: EncryptionKey, data_key: EncryptionKey
) -> GlueSecurityConfiguration:
    """Logs and bookmarks under ``key``, and whatever Glue writes to S3 under ``data_key``.

    That one is the zone's own: it goes before the bucket's default, and readers of the zone have no other.
    """
    return GlueSecurityConfiguration(
        scope,
        id_,
        name=name,
        encryption_configuration=GlueSecurityConfigurationEncryptionConfiguration(
            cloudwatch_encryption=GlueSecurityConfigurationEncryptionConfigurationCloudwatchEncryption(
                cloudwatch_encryption_mode="SSE-KMS", kms_key_arn=key.arn
            ),
            job_bookmarks_encryption=GlueSecurityConfigurationEncryptionConfigurationJobBookmarksEncryption(
                job_bookmarks_encryption_mode="CSE-KMS", kms_key_arn=key.arn
            ),
            s3_encryption=GlueSecurityConfigurationEncryptionConfigurationS3Encryption(
                s3_encryption_mode="SSE-KMS", kms_key_arn=data_key.arn
            ),
        ),
    )
