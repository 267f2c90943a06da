"""Plans that lose something: data, its name in the state, encryption, or a guard."""

from collections.abc import Iterator
from typing import Any

from config import Environment
from gate.plan.change import Change, Plan
from gate.plan.risk import Risk, same_name
from gate.stateful import STATEFUL
from gate.template import Block, leaves

# What a resource is called at AWS: two of the same type with the same name are the same thing.
NAMES = (
    "bucket",
    "identifier",
    "cluster_identifier",
    "namespace_name",
    "function_name",
    "layer_name",
    "replication_instance_id",
    "endpoint_id",
    "rule_name",
    "name",
    "cidr_block",
)
KEYS = ("kms_key_id", "kms_key_arn", "kms_key", "kms_master_key_id", "sse_aws_kms_key_id")
SWITCHES = (
    "storage_encrypted",
    "encrypted",
    "encryption_type",
    "encryption_option",
    "sse_algorithm",
    "enable_key_rotation",
)
WEAKER = {"KMS": ("NONE",), "aws:kms": ("AES256",), "aws:kms:dsse": ("aws:kms", "AES256"), "SSE_KMS": ("SSE_S3",)}
COMPANIONS = {
    "aws_s3_bucket_server_side_encryption_configuration": "encryption",
    "aws_s3_bucket_public_access_block": "public access block",
    "aws_s3_bucket_versioning": "versioning",
    "aws_s3_bucket_ownership_controls": "ownership controls",
}
CLOSED = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
# Field -> values it may not go from and to.
GUARDS: dict[str, tuple[Any, Any]] = {
    "deletion_protection": (True, False),
    "deletion_protection_enabled": (True, False),
    "force_destroy": (False, True),
    "skip_final_snapshot": (False, True),
    "publicly_accessible": (False, True),
    "versioning_configuration.status": ("Enabled", "Suspended"),
    "enforce_workgroup_configuration": (True, False),
}
KEPT_FOR = ("retention_period", "backup_retention_period", "automated_snapshot_retention_period", "retention_in_days")
KEEP = "to keep it: take the change of its id, name or unchangeable setting back"


def destroys_data(plan: Plan, env: Environment) -> Iterator[Risk]:
    """Where the environment is disposable, so is its data."""
    moved = {change.address for change, _ in _renamed(plan)}
    for change in () if env.disposable else plan.changes:
        if change.type in STATEFUL and change.address not in moved:
            if change.replaced:
                why = f" because of {', '.join(change.because)}" if change.because else ""
                yield Risk(change.address, f"would be replaced{why}: what it holds is lost", KEEP)
            elif change.goes:
                verb = "be destroyed with what it holds" if change.actions == ("delete",) else "leave the state"
                yield Risk(change.address, f"would {verb}", "to keep it: bring its construct back")


def moves_without_moved(plan: Plan, env: Environment) -> Iterator[Risk]:  # noqa: ARG001
    """The same thing under another address: Terraform would destroy it and make it anew."""
    for old, new in _renamed(plan):
        remedy = (
            f"say so: moved {{ from = {old.address}  to = {new.address} }} (cdktf: move_from_id), or keep the old id"
        )
        yield Risk(old.address, f"would be destroyed and made again as {new.address}", remedy, detail=new.address)


def creates_everything_anew(plan: Plan, env: Environment) -> Iterator[Risk]:
    """An empty state means a first deployment, or one whose state is lost: only people know which."""
    everything = bool(plan.changes) and all(change.created for change in plan.changes)
    if everything and not plan.had_state and not plan.emulated and env.emulator_endpoint is None:
        remedy = "check the backend's bucket and key, and restore an older version of the state if there is one"
        problem = f"would create all {len(plan.changes)} resources: the state is empty"
        yield Risk(plan.stack, problem, remedy, detail="empty state")


def loses_encryption(plan: Plan, env: Environment) -> Iterator[Risk]:  # noqa: ARG001
    for change in plan.changes:
        if not change.after or not change.before:
            continue
        after = _by_path(change.after)
        for path, old in _by_path(change.before).items():
            name, new = path.rsplit(".", maxsplit=1)[-1], after.get(path, [])
            fewer = name in (*KEYS, *SWITCHES) and sum(map(bool, new)) < sum(map(bool, old))
            weaker = any(value in WEAKER.get(str(was), ()) for was in old for value in new if value not in old)
            if (fewer and not change.will_know(path)) or weaker:
                text = f"would lose encryption: {path} from {_told(old)} to {_told(new)}"
                yield Risk(change.address, text, "keep its key", path)


def loses_companion(plan: Plan, env: Environment) -> Iterator[Risk]:  # noqa: ARG001
    """A bucket's guards are resources of their own; they may go only together with the bucket."""
    going = {change.before.get("bucket") for change in plan.changes if change.type == "aws_s3_bucket" and change.goes}
    for change in plan.changes:
        if change.type in COMPANIONS and change.goes and change.before.get("bucket") not in going:
            bucket, what = change.before.get("bucket"), COMPANIONS[change.type]
            yield Risk(change.address, f"would go: bucket {bucket} would lose its {what}", "bring it back")


def opens_bucket(plan: Plan, env: Environment) -> Iterator[Risk]:  # noqa: ARG001
    for change in plan.changes:
        for flag in CLOSED:
            if change.before.get(flag) is True and change.after.get(flag) is False:
                yield Risk(change.address, f"would open its bucket: {flag} from true to false", "keep it true", flag)


def lowers_guard(plan: Plan, env: Environment) -> Iterator[Risk]:  # noqa: ARG001
    for change in plan.changes:
        before, after = dict(leaves(change.before)), dict(leaves(change.after))
        for path in before.keys() & after.keys():
            worse = [pair for name, pair in GUARDS.items() if path == name or path.endswith(f".{name}")]
            shorter = path in KEPT_FOR and isinstance(after[path], int) and after[path] < before[path]
            # 0 keeps a log for ever.
            shorter = shorter and not (path == "retention_in_days" and after[path] == 0)
            if (before[path], after[path]) in worse or shorter:
                text = f"would lower a guard: {path} from {before[path]} to {after[path]}"
                yield Risk(change.address, text, "keep it as it is", path)


def _renamed(plan: Plan) -> list[tuple[Change, Change]]:
    """Pairs that are one thing: what goes, and what comes of the same type with the same name."""
    coming = [change for change in plan.changes if change.created]
    return [
        (old, new)
        for old in plan.changes
        if old.goes
        for new in coming
        if new.type == old.type and same_name(old, new, NAMES)
    ]


def _by_path(side: Block) -> dict[str, list[Any]]:
    """Values by path; several blocks of a name share theirs."""
    found: dict[str, list[Any]] = {}
    for path, value in leaves(side):
        found.setdefault(path, []).append(value)
    return found


def _told(values: list[Any]) -> str:
    return ", ".join(map(str, values)) or "nothing"
