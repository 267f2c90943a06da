"""Copies zones to another region, object by object as they come."""

from collections.abc import Mapping, Sequence

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.s3_bucket_replication_configuration import (
    S3BucketReplicationConfigurationA,
    S3BucketReplicationConfigurationRule,
    S3BucketReplicationConfigurationRuleDeleteMarkerReplication,
    S3BucketReplicationConfigurationRuleDestination,
    S3BucketReplicationConfigurationRuleDestinationEncryptionConfiguration,
    S3BucketReplicationConfigurationRuleDestinationMetrics,
    S3BucketReplicationConfigurationRuleDestinationMetricsEventThreshold,
    S3BucketReplicationConfigurationRuleDestinationReplicationTime,
    S3BucketReplicationConfigurationRuleDestinationReplicationTimeTime,
    S3BucketReplicationConfigurationRuleFilter,
    S3BucketReplicationConfigurationRuleSourceSelectionCriteria,
    S3BucketReplicationConfigurationRuleSourceSelectionCriteriaSseKmsEncryptedObjects,
)

from config import Environment, Replication
from config.naming import physical_name
from constructs import Construct
from constructs.access import Condition, Statement, attach, policy_document
from constructs.encryption_key import EncryptionKey
from constructs.lake_zone import LakeZone

PROMISED_MINUTES = 15  # the only time S3 promises


class ZoneReplication(Construct):
    """``copies`` maps each zone to its copy. A deletion is copied as a mark: the copy keeps versions deleted for good.

    S3's metrics of what is late or failed are on (0.30 per metric and month), because nothing else would tell.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        env: Environment,
        replication: Replication,
        copies: Mapping[LakeZone, LakeZone],
    ) -> None:
        super().__init__(scope, id_)
        self.role = IamRole(
            self,
            "Role",
            name=physical_name(env, "replication"),
            assume_role_policy=policy_document(self, "RoleTrust", [_s3_may_assume(env.account_id)]),
        )
        may_copy = self._may_copy(copies, from_region=env.region, to_region=replication.region)
        for zone, copy in copies.items():
            S3BucketReplicationConfigurationA(
                self,
                zone.node.id,
                bucket=zone.bucket.id,
                role=self.role.arn,
                rule=[_rule(copy, promised=replication.within_15_minutes)],
                # S3 refuses it until both sides keep versions.
                depends_on=[zone.versioning, copy.versioning, may_copy],
            )

    def _may_copy(self, copies: Mapping[LakeZone, LakeZone], *, from_region: str, to_region: str) -> IamRolePolicy:
        sources, targets = list(copies), list(copies.values())
        statements = [
            Statement(
                sid="FindChanges",
                actions=["s3:GetReplicationConfiguration", "s3:ListBucket"],
                resources=[zone.bucket.arn for zone in sources],
            ),
            Statement(
                sid="ReadVersions",
                actions=[
                    "s3:GetObjectVersionForReplication",
                    "s3:GetObjectVersionAcl",
                    "s3:GetObjectVersionTagging",
                ],
                resources=[f"{zone.bucket.arn}/*" for zone in sources],
            ),
            Statement(
                sid="WriteCopies",
                actions=["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"],
                resources=[f"{copy.bucket.arn}/*" for copy in targets],
            ),
            _use_of_keys("DecryptZones", ["kms:Decrypt"], sources, from_region),
            # A bucket key is proved by decrypting it before it encrypts.
            _use_of_keys("EncryptCopies", ["kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt"], targets, to_region),
        ]
        return attach(self.role, "Copy", self, statements)


def _s3_may_assume(account_id: str) -> Statement:
    """Only for this account where S3 says for whom it acts; that it says so here AWS does not document.

    Nobody else could have S3 take this role anyway: whoever names a role in a replication must be allowed to pass it.
    """
    return Statement(
        sid="AssumeByService",
        actions=["sts:AssumeRole"],
        resources=[],
        principals=("Service", ["s3.amazonaws.com"]),
        conditions=[Condition(test="StringEqualsIfExists", variable="aws:SourceAccount", values=[account_id])],
    )


def _use_of_keys(sid: str, actions: Sequence[str], zones: Sequence[LakeZone], region: str) -> Statement:
    """The zones' keys, through S3 in their region, for objects of these zones.

    Under a bucket key the context is the bucket, otherwise the object.
    """
    keys: dict[str, EncryptionKey] = {zone.key.node.path: zone.key for zone in zones}
    buckets = [zone.bucket.arn for zone in zones]
    return Statement(
        sid=sid,
        actions=actions,
        resources=[key.arn for key in keys.values()],
        conditions=[
            Condition(test="StringEquals", variable="kms:ViaService", values=[f"s3.{region}.amazonaws.com"]),
            Condition(
                test="StringLike",
                variable="kms:EncryptionContext:aws:s3:arn",
                values=[*buckets, *(f"{bucket}/*" for bucket in buckets)],
            ),
        ],
    )


def _rule(copy: LakeZone, *, promised: bool) -> S3BucketReplicationConfigurationRule:
    return S3BucketReplicationConfigurationRule(
        id="everything",
        status="Enabled",
        priority=1,
        filter=S3BucketReplicationConfigurationRuleFilter(prefix=""),
        delete_marker_replication=S3BucketReplicationConfigurationRuleDeleteMarkerReplication(status="Enabled"),
        # Without this S3 leaves out, silently, whatever is encrypted with a key of ours: everything.
        source_selection_criteria=S3BucketReplicationConfigurationRuleSourceSelectionCriteria(
            sse_kms_encrypted_objects=S3BucketReplicationConfigurationRuleSourceSelectionCriteriaSseKmsEncryptedObjects(
                status="Enabled"
            )
        ),
        destination=_destination(copy, promised=promised),
    )


def _destination(copy: LakeZone, *, promised: bool) -> S3BucketReplicationConfigurationRuleDestination:
    threshold = promise = None
    if promised:
        threshold = S3BucketReplicationConfigurationRuleDestinationMetricsEventThreshold(minutes=PROMISED_MINUTES)
        promise = S3BucketReplicationConfigurationRuleDestinationReplicationTime(
            status="Enabled",
            time=S3BucketReplicationConfigurationRuleDestinationReplicationTimeTime(minutes=PROMISED_MINUTES),
        )
    return S3BucketReplicationConfigurationRuleDestination(
        bucket=copy.bucket.arn,
        encryption_configuration=S3BucketReplicationConfigurationRuleDestinationEncryptionConfiguration(
            replica_kms_key_id=copy.key.arn
        ),
        metrics=S3BucketReplicationConfigurationRuleDestinationMetrics(status="Enabled", event_threshold=threshold),
        replication_time=promise,
    )
