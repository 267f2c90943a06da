from dataclasses import replace

import pytest
from cdktf import TerraformStack

from config import Environment, Replication, environment
from stacks.ingestion import IngestionLayer
from stacks.provider import use_provider, use_replica_provider
from stacks.storage import StorageLayer
from tests.support.synthesis import Block, Template, synthesized

COPIED = {"bronze", "silver", "gold", "quarantine"}


def storage_of(env: Environment) -> Template:
    """The storage layer and the one bucket of the lake that stands elsewhere."""

    def build(stack: TerraformStack) -> None:
        use_provider(stack, env, None)
        layer = StorageLayer(stack, "Storage", env=env, replica=use_replica_provider(stack, env, None))
        IngestionLayer(stack, "Ingestion", env=env, logs=layer.logs, bronze=layer.bronze)

    return synthesized(build)


@pytest.fixture(scope="module")
def prod() -> Template:
    return storage_of(environment("prod"))


@pytest.fixture(scope="module")
def dev() -> Template:
    return storage_of(environment("dev"))


def zone_of(block: Block, env: str = "prod") -> str:
    """``silver`` or ``silver-replica`` from a bucket's name."""
    return str(block["bucket"]).removeprefix(f"ecommerce-{env}-").rpartition("-")[0]


def buckets(template: Template, env: str = "prod") -> dict[str, str]:
    """Addresses by zone."""
    return {zone_of(block, env): name for name, block in template.all("aws_s3_bucket").items()}


def statement(template: Template, sid: str) -> Block:
    (found,) = [each for each in template.statements() if each["sid"] == sid]
    return found


def test_every_bucket_but_the_logs_is_logged_in_its_own_region(prod: Template) -> None:
    names = buckets(prod)
    logged = {log["bucket"]: log["target_bucket"] for log in prod.all("aws_s3_bucket_logging").values()}
    assert logged == {
        f"${{aws_s3_bucket.{name}.id}}": f"${{aws_s3_bucket.{names['logs' + '-replica' * ('replica' in zone)]}.id}}"
        for zone, name in names.items()
        if not zone.startswith("logs")
    }
    assert len(logged) == 11


def test_what_somebody_may_wait_for_is_announced(prod: Template) -> None:
    announced = {block["bucket"] for block in prod.all("aws_s3_bucket_notification").values() if block["eventbridge"]}
    names = buckets(prod)
    assert announced == {f"${{aws_s3_bucket.{names[zone]}.id}}" for zone in COPIED | {"failures"}}


def test_results_of_queries_have_a_key_that_opens_nothing_else(prod: Template) -> None:
    names = buckets(prod)
    keys: dict[str, set[str]] = {}
    for block in prod.all("aws_s3_bucket_server_side_encryption_configuration").values():
        key = block["rule"][0]["apply_server_side_encryption_by_default"].get("kms_master_key_id", "")
        keys.setdefault(key, set()).add(block["bucket"])
    (of_results,) = [
        together for together in keys.values() if f"${{aws_s3_bucket.{names['athena-results']}.id}}" in together
    ]
    assert len(of_results) == 1


def test_production_has_copies_and_dev_has_none(prod: Template, dev: Template) -> None:
    assert {zone for zone in buckets(prod) if "replica" in zone} == {f"{zone}-replica" for zone in COPIED | {"logs"}}
    assert len(prod.all("aws_s3_bucket_replication_configuration")) == len(COPIED)
    assert not any("replica" in zone for zone in buckets(dev, "dev"))
    assert dev.all("aws_s3_bucket_replication_configuration") == {}
    assert [provider.get("alias") for provider in dev.document["provider"]["aws"]] == [None]


def test_the_copies_and_all_that_belongs_to_them_are_made_in_the_second_region_and_nothing_else(prod: Template) -> None:
    (second,) = [provider for provider in prod.document["provider"]["aws"] if provider.get("alias") == "replica"]
    assert second["region"] == "eu-central-1"
    assert second["allowed_account_ids"] == ["333333333333"]
    for kind in ("resource", "data"):
        for blocks in prod.document[kind].values():
            for name, block in blocks.items():
                assert (block.get("provider") == "aws.replica") is name.startswith("Storage_Replica_"), name


def test_a_copy_is_kept_as_its_zone_is(prod: Template) -> None:
    names = buckets(prod)
    rules = {block["bucket"]: block["rule"] for block in prod.all("aws_s3_bucket_lifecycle_configuration").values()}
    for zone in COPIED:
        here, there = names[zone], names[f"{zone}-replica"]
        assert rules[f"${{aws_s3_bucket.{here}.id}}"] == rules[f"${{aws_s3_bucket.{there}.id}}"]
        assert prod.all("aws_s3_bucket")[there]["lifecycle"]["prevent_destroy"]


def test_encrypted_objects_and_deletions_are_copied_under_the_other_regions_key(prod: Template) -> None:
    for block in prod.all("aws_s3_bucket_replication_configuration").values():
        (rule,) = block["rule"]
        assert (rule["status"], rule["filter"], rule["priority"]) == ("Enabled", {"prefix": ""}, 1)
        assert rule["delete_marker_replication"] == {"status": "Enabled"}
        assert rule["source_selection_criteria"] == {"sse_kms_encrypted_objects": {"status": "Enabled"}}
        key = rule["destination"]["encryption_configuration"]["replica_kms_key_id"]
        assert key.startswith("${aws_kms_key.Storage_Replica_Key")
        assert rule["destination"]["metrics"] == {"status": "Enabled"}
        assert "replication_time" not in rule["destination"]


def test_a_zone_is_copied_to_the_bucket_of_its_name(prod: Template) -> None:
    names = buckets(prod)
    pairs = {
        (block["bucket"], block["rule"][0]["destination"]["bucket"])
        for block in prod.all("aws_s3_bucket_replication_configuration").values()
    }
    assert pairs == {
        (f"${{aws_s3_bucket.{names[zone]}.id}}", f"${{aws_s3_bucket.{names[f'{zone}-replica']}.arn}}")
        for zone in COPIED
    }


def test_copying_waits_until_both_sides_keep_versions_and_s3_may_copy(prod: Template) -> None:
    for block in prod.all("aws_s3_bucket_replication_configuration").values():
        kinds = [name.partition(".")[0] for name in block["depends_on"]]
        assert kinds == ["aws_s3_bucket_versioning", "aws_s3_bucket_versioning", "aws_iam_role_policy"]
        here, there, _ = block["depends_on"]
        assert "Replica" not in here
        assert "Replica" in there


def test_s3_may_read_the_zones_and_write_the_copies_and_use_the_keys_for_these_only(prod: Template) -> None:
    for sid in ("FindChanges", "ReadVersions"):
        assert not any("Replica" in resource for resource in statement(prod, sid)["resources"])
    assert all("Replica" in resource for resource in statement(prod, "WriteCopies")["resources"])
    assert not any(
        "Delete" in action and "Replicate" not in action for action in statement(prod, "WriteCopies")["actions"]
    )
    for sid, region in (("DecryptZones", "eu-west-1"), ("EncryptCopies", "eu-central-1")):
        conditions = {c["variable"]: c["values"] for c in statement(prod, sid)["condition"]}
        assert conditions["kms:ViaService"] == [f"s3.{region}.amazonaws.com"]
        assert len(conditions["kms:EncryptionContext:aws:s3:arn"]) == 2 * len(COPIED)
    assert statement(prod, "DecryptZones")["actions"] == ["kms:Decrypt"]


def test_the_promise_of_15_minutes_is_asked_for_only_where_it_is_wanted() -> None:
    promised = Replication(zones=("gold",), within_15_minutes=True)
    destination = storage_of(replace(environment("prod"), replication=promised)).one(
        "aws_s3_bucket_replication_configuration"
    )["rule"][0]["destination"]
    assert destination["replication_time"] == {"status": "Enabled", "time": {"minutes": 15}}
    assert destination["metrics"] == {"status": "Enabled", "event_threshold": {"minutes": 15}}


def test_copies_without_a_provider_of_their_region_are_refused() -> None:
    with pytest.raises(ValueError, match=r"Storage: zones are copied to eu-central-1, .*use_replica_provider"):
        synthesized(lambda stack: StorageLayer(stack, "Storage", env=environment("prod"), replica=None))
