from cdktf import TerraformStack

from config import EventStreamSize
from constructs.encryption_key import EncryptionKey
from constructs.event_stream import EventStream
from tests.support.synthesis import Block, synthesized


def stream(size: EventStreamSize) -> Block:
    def build(stack: TerraformStack) -> None:
        key = EncryptionKey(stack, "Key", name="k", account_id="123456789012")
        EventStream(stack, "Orders", name="orders", key=key, size=size)

    return synthesized(build).one("aws_kinesis_stream")


def test_without_shards_the_stream_scales_by_itself() -> None:
    made = stream(EventStreamSize())
    assert made["stream_mode_details"] == {"stream_mode": "ON_DEMAND"}
    assert "shard_count" not in made


def test_with_shards_the_stream_is_provisioned() -> None:
    made = stream(EventStreamSize(shards=5))
    assert made["stream_mode_details"] == {"stream_mode": "PROVISIONED"}
    assert made["shard_count"] == 5


def test_the_stream_is_encrypted_and_keeps_a_week() -> None:
    made = stream(EventStreamSize())
    assert made["encryption_type"] == "KMS"
    assert made["kms_key_id"].startswith("${aws_kms_key.")
    assert made["retention_period"] >= 168
