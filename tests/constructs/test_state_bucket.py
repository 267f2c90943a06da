from typing import Any

import pytest
from cdktf import TerraformStack
from cdktf import Testing as cdktf_testing

from config import ENVIRONMENTS, Environment, ZoneLifecycle, environment
from constructs.encryption_key import EncryptionKey
from constructs.log_bucket import LogBucket
from constructs.state_bucket import StateBucket
from stacks.provider import keep_state
from stacks.state_bucket import StateBucketStack
from tests.support.synthesis import Block, Template, synthesized

DEV = environment("dev")
EMULATED = "http://127.0.0.1:5000"


def states(stack: TerraformStack) -> StateBucket:
    key = EncryptionKey(stack, "Key", name="k", account_id="123456789012")
    logs = LogBucket(stack, "Logs", name="logs", account_id="123456789012", sources="s", lifecycle=ZoneLifecycle())
    return StateBucket(stack, "States", name="states", key=key, logs=logs, state_keys=["dev/a.tfstate"])


def of_states(template: Template, type_: str) -> Block:
    """The bucket of the states, or what belongs to it, beside that of its logs."""
    (block,) = [block for name, block in template.all(type_).items() if name.startswith("States_")]
    return block


def backend(env: Environment, endpoint: str | None) -> dict[str, Any]:
    document = synthesized(lambda stack: keep_state(stack, env, endpoint, emulated_in_s3=True)).document
    found: dict[str, Any] = document["terraform"]["backend"]
    return found


def test_states_and_their_key_are_kept_in_every_environment() -> None:
    template = synthesized(states)
    for block in (*template.all("aws_s3_bucket").values(), template.one("aws_kms_key")):
        assert block["lifecycle"]["prevent_destroy"]
        assert not block.get("force_destroy")


def test_states_are_private_versioned_and_encrypted_with_a_key_of_their_own() -> None:
    template = synthesized(states)
    block = of_states(template, "aws_s3_bucket_public_access_block")
    assert all(block[flag] for flag in block if flag.startswith(("block_", "ignore_", "restrict_")))
    assert of_states(template, "aws_s3_bucket_versioning")["versioning_configuration"] == {"status": "Enabled"}
    (rule,) = of_states(template, "aws_s3_bucket_server_side_encryption_configuration")["rule"]
    assert rule["apply_server_side_encryption_by_default"]["sse_algorithm"] == "aws:kms"


def test_plain_http_old_tls_and_keys_that_are_not_ours_are_refused() -> None:
    denied = [s for s in synthesized(states).statements() if s["effect"] == "Deny"]
    assert {(c["variable"], c["values"][0]) for s in denied for c in s["condition"]} == {
        ("aws:SecureTransport", "false"),
        ("s3:TlsVersion", "1.2"),
        ("s3:x-amz-server-side-encryption", "AES256"),
    }


def test_old_states_stay_three_months_and_old_locks_a_week() -> None:
    rules = of_states(synthesized(states), "aws_s3_bucket_lifecycle_configuration")["rule"]
    kept = {r["filter"][0]["prefix"]: r["noncurrent_version_expiration"][0]["noncurrent_days"] for r in rules}
    assert kept == {"": 90, "dev/a.tfstate.tflock": 7}


def test_who_read_a_state_is_written_down_in_a_bucket_that_is_made_after_that_of_the_states() -> None:
    template = synthesized(states)
    names = {block["bucket"]: name for name, block in template.all("aws_s3_bucket").items()}
    log = template.one("aws_s3_bucket_logging")
    assert (log["bucket"], log["target_bucket"]) == tuple(
        f"${{aws_s3_bucket.{names[bucket]}.id}}" for bucket in ("states", "logs")
    )
    assert template.all("aws_s3_bucket")[names["logs"]]["depends_on"] == [f"aws_s3_bucket.{names['states']}"]


@pytest.mark.parametrize("env", [env for env in ENVIRONMENTS if env.name != "local"], ids=lambda env: env.name)
@pytest.mark.parametrize("endpoint", [None, EMULATED])
def test_a_state_is_locked_in_s3_under_a_key_of_its_own_emulated_or_not(env: Environment, endpoint: str | None) -> None:
    settings = backend(env, endpoint)["s3"]
    assert settings["bucket"] == f"ecommerce-{env.name}-state-{env.account_id}"
    assert settings["key"] == f"{env.name}/test.tfstate"
    assert settings["use_lockfile"]
    assert "dynamodb_table" not in settings


@pytest.mark.parametrize("endpoint", [None, EMULATED])
def test_no_backend_holds_credentials_or_asks_for_another_key(endpoint: str | None) -> None:
    settings = backend(DEV, endpoint)["s3"]
    assert settings.keys() & {"access_key", "secret_key", "token", "profile", "encrypt", "kms_key_id"} == set()


def test_a_real_backend_works_in_its_own_account_only() -> None:
    assert backend(DEV, None)["s3"]["allowed_account_ids"] == [DEV.account_id]


def test_the_state_of_this_machine_stays_on_it() -> None:
    assert backend(environment("local"), EMULATED) == {"local": {"path": "../../terraform.test.tfstate"}}


@pytest.mark.parametrize(("in_s3", "kind"), [(False, "local"), (True, "s3")])
def test_the_state_bucket_moves_into_itself(in_s3: bool, kind: str) -> None:
    stack = StateBucketStack(cdktf_testing.app(), env=DEV, in_s3=in_s3)
    (found,) = stack.to_terraform()["terraform"]["backend"]
    assert found == kind
    assert stack.node.id == "ecommerce-dev-state"
