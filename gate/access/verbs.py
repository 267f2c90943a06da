"""Actions in words: what whoever may call them can do."""

from collections.abc import Iterator

from gate.wildcards import fits, has_wildcard, overlap

# Service -> verb -> actions; an action is the first verb's that has it, a pattern every verb's it can mean.
VERBS: dict[str, dict[str, tuple[str, ...]]] = {
    "s3": {
        "look": ("GetObject*Acl", "GetObject*Tagging", "GetObject*Attributes", "GetObjectRetention"),
        "read": ("GetObject*",),
        "write": (
            *("PutObject*", "AbortMultipartUpload", "ListMultipartUploadParts", "RestoreObject"),
            *("ReplicateObject", "ReplicateTags", "DeleteObjectTagging", "DeleteObjectVersionTagging"),
        ),
        "delete": ("DeleteObject*", "ReplicateDelete"),
        "administer": ("Put*", "DeleteBucket*", "BypassGovernanceRetention", "Create*", "Delete*"),
        "list": ("List*", "Get*"),
    },
    "kms": {
        "decrypt": ("Decrypt", "ReEncryptFrom"),
        "encrypt": ("Encrypt", "GenerateDataKey*", "ReEncryptTo"),
        "sign": ("Sign", "Verify*", "GenerateMac"),
        "look": ("Describe*", "Get*", "List*"),
        "delegate": ("CreateGrant",),
        "administer": (
            *("Put*", "Create*", "Schedule*", "Disable*", "Enable*", "Update*", "Delete*", "Revoke*", "Retire*"),
            *("Cancel*", "Import*", "Replicate*", "Tag*", "Untag*", "Rotate*"),
        ),
    },
    "secretsmanager": {
        "read": ("GetSecretValue", "BatchGetSecretValue"),
        "write": ("PutSecretValue", "UpdateSecret*", "RotateSecret", "RestoreSecret", "CreateSecret"),
        "delete": ("DeleteSecret",),
        "administer": ("PutResourcePolicy", "DeleteResourcePolicy", "*ReplicateSecret*", "StopReplication*"),
    },
    "kinesis": {
        "read": ("GetRecords", "GetShardIterator", "SubscribeToShard"),
        "write": ("PutRecord*",),
        "delete": ("DeleteStream",),
        "administer": (
            *("PutResourcePolicy", "*StreamEncryption", "*RetentionPeriod", "UpdateS*", "MergeShards", "SplitShard"),
            *("EnableEnhancedMonitoring", "DisableEnhancedMonitoring"),
        ),
    },
    "glue": {
        "run": ("Start*Run", "StartCrawler", "BatchStopJobRun", "StopWorkflowRun"),
        "administer": ("PutResourcePolicy", "DeleteResourcePolicy", "PutDataCatalogEncryptionSettings"),
    },
    "athena": {
        "administer": tuple(
            f"{verb}{what}" for verb in ("Create", "Update", "Delete") for what in ("WorkGroup", "DataCatalog")
        ),
        "query": ("StartQueryExecution", "StopQueryExecution", "*PreparedStatement", "GetQueryResults*"),
    },
    "logs": {
        "read": ("Get*", "FilterLogEvents", "StartQuery", "StartLiveTail", "Unmask"),
        "write": ("CreateLogStream", "PutLogEvents", "CreateLogGroup"),
        "delete": ("Delete*",),
        "administer": ("Put*", "Associate*", "Disassociate*", "Create*"),
    },
    "sqs": {"read": ("ReceiveMessage", "DeleteMessage*", "ChangeMessage*"), "write": ("SendMessage*",)},
    "sns": {"write": ("Publish",)},
    "iam": {"pass": ("PassRole",), "look": ("Get*", "List*", "Simulate*"), "administer": ("*",)},
    "sts": {"assume": ("AssumeRole*", "TagSession")},
    "rds-db": {"log in": ("connect",)},
    "redshift": {"log in": ("GetClusterCredentials*",)},
    "redshift-serverless": {"log in": ("GetCredentials",)},
    "redshift-data": {"query": ("*Statement", "GetStatementResult*")},
    "lakeformation": {"ask": ("GetDataAccess",), "look": ("Get*", "List*", "Search*"), "administer": ("*",)},
    "lambda": {"run": ("Invoke*",)},
    "states": {"run": ("StartExecution", "StartSyncExecution", "StopExecution")},
}
# Whatever these can do stands above.
WHOLE = ("s3", "kms", "iam", "lakeformation")
# For the actions that stand above in no service.
BY_BEGINNING: dict[str, tuple[str, ...]] = {
    "look": ("Get*", "List*", "Describe*", "BatchGet*", "Head*", "Search*", "Query*", "Scan*"),
    "write": ("Put*", "Create*", "Update*", "BatchWrite*", "BatchCreate*", "BatchUpdate*", "Assign*", "Unassign*"),
    "run": ("Start*", "Stop*", "Run*", "Execute*", "Publish*", "Send*"),
    "delete": ("Delete*", "BatchDelete*", "Remove*"),
    "administer": ("Attach*", "Detach*", "Modify*", "Set*", "Authorize*", "Register*", "Deregister*"),
}
# Where the resource of an action is the bucket itself, and not what lies in it.
ON_BUCKETS = ("list", "administer")


def meanings(action: str) -> Iterator[tuple[str, str]]:
    """Each verb that a policy's action can mean, with the part of it that means so.

    ``s3:*`` means to read (``s3:getobject*``), to delete (``s3:deleteobject*``) and so on.
    """
    if action == "*":
        for service in VERBS:
            yield from meanings(f"{service}:*")
        yield "anything", "*"
        return
    service, _, name = action.lower().partition(":")
    found = list(_meanings(name, VERBS.get(service, {})))
    if not found or (has_wildcard(name) and service not in WHOLE):
        found += _meanings(name, BY_BEGINNING)
    for verb, part in found if has_wildcard(name) else found[:1]:
        yield verb, f"{service}:{part}"
    if not found:
        yield "use", action.lower()


def _meanings(name: str, verbs: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    for verb, patterns in verbs.items():
        for pattern in map(str.lower, patterns):
            if overlap(name, pattern):
                yield verb, pattern if fits(name, pattern) else name
