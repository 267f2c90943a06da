"""Buckets: private, encrypted, versioned, over TLS only, and with an end for what nobody reads any more."""

from collections.abc import Callable, Iterator

from config import Environment
from config.naming import bucket_name
from gate.finding import Fault
from gate.policy import Condition, Statement, resolved
from gate.template import Block, Resource, Template, leaves, mentions

PUBLIC_ACCESS_BLOCKS = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
MINIMUM_TLS = 1.2


def bucket_refuses_plain_http(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """Scanners do not see this one: the bucket's policy denies everything that comes without TLS."""
    for bucket in template.all("aws_s3_bucket"):
        if not any(_denies(statement, bucket, _without_tls) for statement in _statements(template, bucket)):
            yield Fault(bucket, "its policy does not deny aws:SecureTransport=false", "build it as a LakeZone")


def bucket_refuses_old_tls(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    for bucket in template.all("aws_s3_bucket"):
        if not any(_denies(statement, bucket, _with_old_tls) for statement in _statements(template, bucket)):
            yield Fault(bucket, f"its policy does not deny s3:TlsVersion below {MINIMUM_TLS}", "build it as a LakeZone")


def bucket_blocks_public_access(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    for bucket in template.all("aws_s3_bucket"):
        blocks = template.companions("aws_s3_bucket_public_access_block", bucket, "bucket")
        missing = [flag for flag in PUBLIC_ACCESS_BLOCKS if not any(block.get(flag) is True for block in blocks)]
        if missing:
            yield Fault(bucket, f"public access is not blocked by {', '.join(missing)}", "set all four to true")


def bucket_is_encrypted_with_own_key(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """S3 delivers access logs only to buckets with S3's own encryption, so their target needs exactly that."""
    rule = "rule.apply_server_side_encryption_by_default"
    for bucket in template.all("aws_s3_bucket"):
        settings = template.companions("aws_s3_bucket_server_side_encryption_configuration", bucket, "bucket")
        algorithms = {setting.get(f"{rule}.sse_algorithm") for setting in settings}
        if takes_access_logs(template, bucket):
            if algorithms != {"AES256"}:
                yield Fault(bucket, "S3 cannot deliver access logs to a bucket with SSE-KMS", "use AES256 for it")
        elif algorithms != {"aws:kms"} or not all(setting.get(f"{rule}.kms_master_key_id") for setting in settings):
            yield Fault(bucket, "it is not encrypted with a key of ours", "set aws:kms and kms_master_key_id")


def bucket_key_spares_requests(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """Without a bucket key every object costs a KMS request, and a busy hour meets KMS's limit."""
    for setting in template.all("aws_s3_bucket_server_side_encryption_configuration"):
        kms = setting.get("rule.apply_server_side_encryption_by_default.sse_algorithm") == "aws:kms"
        if kms and setting.get("rule.bucket_key_enabled") is not True:
            yield Fault(setting, "bucket_key_enabled is not set", "set it to true")


def bucket_is_versioned(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    for bucket in template.all("aws_s3_bucket"):
        found = template.companions("aws_s3_bucket_versioning", bucket, "bucket")
        if not any(setting.get("versioning_configuration.status") == "Enabled" for setting in found):
            yield Fault(bucket, "an overwritten object is lost: versioning is not enabled", "enable it")


def bucket_cleans_up(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """Old versions and broken-off uploads are billed for ever unless a rule ends them."""
    for bucket in template.all("aws_s3_bucket"):
        found = template.companions("aws_s3_bucket_lifecycle_configuration", bucket, "bucket")
        rules = [rule for setting in found for rule in setting.blocks("rule") if rule.get("status") == "Enabled"]
        for wanted in ("noncurrent_version_expiration", "abort_incomplete_multipart_upload"):
            if not any(rule.get(wanted) for rule in rules):
                yield Fault(bucket, f"no enabled lifecycle rule has {wanted}", "give it an ObjectLifecycle")


def bucket_has_one_owner(template: Template, env: Environment) -> Iterator[Fault]:  # noqa: ARG001
    """With access lists an object can belong to, and be opened by, whoever wrote it."""
    for bucket in template.all("aws_s3_bucket"):
        found = template.companions("aws_s3_bucket_ownership_controls", bucket, "bucket")
        if not any(setting.get("rule.object_ownership") == "BucketOwnerEnforced" for setting in found):
            yield Fault(bucket, "access lists are not switched off", "set object_ownership to BucketOwnerEnforced")


def zone_is_copied(template: Template, env: Environment) -> Iterator[Fault]:
    """Every zone that the environment wants elsewhere as well, and with all its objects."""
    for zone in env.replication.zones if env.replication else ():
        name = bucket_name(env, zone)
        bucket = next((b for b in template.all("aws_s3_bucket") if b.get("bucket") == name), None)
        if bucket is None:
            nowhere = Resource(kind="resource", type="aws_s3_bucket", name=name, body={})
            yield Fault(nowhere, f"{env.name} copies the zone {zone}, and there is no such bucket", "build the zone")
            continue
        found = template.companions("aws_s3_bucket_replication_configuration", bucket, "bucket")
        rules = [rule for setting in found for rule in setting.blocks("rule") if rule.get("status") == "Enabled"]
        if not any(_whole(rule) for rule in rules):
            yield Fault(bucket, f"{env.name} copies the zone {zone}, and nothing does so", "give it a ZoneReplication")


def takes_access_logs(template: Template, bucket: Resource) -> bool:
    """Whether another bucket's access log goes to this one."""
    return bool(template.companions("aws_s3_bucket_logging", bucket, "target_bucket"))


def _whole(rule: Block) -> bool:
    """Not only what has a prefix or a tag, and what lies under a key as well."""
    filters = [value for path, value in leaves(rule.get("filter") or {}) if path]
    encrypted = [value for path, value in leaves(rule) if path.endswith("sse_kms_encrypted_objects.status")]
    return not any(filters) and encrypted == ["Enabled"]


def _statements(template: Template, bucket: Resource) -> list[Statement]:
    policies = template.companions("aws_s3_bucket_policy", bucket, "bucket")
    return [statement for policy in policies for statement in resolved(template, policy.get("policy")) or []]


def _denies(statement: Statement, bucket: Resource, fits: Callable[[Condition], bool]) -> bool:
    everyone = "*" in statement.principals.get("*", []) + statement.principals.get("AWS", [])
    everything = bool({"s3:*", "*"} & set(statement.actions))
    covered = [resource for resource in statement.resources if mentions(resource, bucket)]
    whole = any(r.endswith("/*") for r in covered) and any(not r.endswith("/*") for r in covered)
    # A second condition would let through whatever it does not fit.
    always = len(statement.conditions) == 1 and fits(statement.conditions[0])
    return statement.effect == "Deny" and everyone and everything and whole and always


def _without_tls(condition: Condition) -> bool:
    return (
        condition.test == "Bool"
        and condition.variable.lower() == "aws:securetransport"
        and (condition.values == ("false",))
    )


def _with_old_tls(condition: Condition) -> bool:
    return (
        condition.test == "NumericLessThan"
        and condition.variable.lower() == "s3:tlsversion"
        and max(map(float, condition.values), default=0) >= MINIMUM_TLS
    )
