"""Corrections of moto's S3: settings of a bucket that it takes and does not tell again, or trips over."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response

from local.embedded_aws.corrections.anchor import Anchor

GET_NOTIFICATION = Anchor(S3Response, "get_bucket_notification", "82884034c165")
GET_LOGGING = Anchor(S3Response, "get_bucket_logging", "5d41e2b73d27")
GET_REPLICATION = Anchor(S3Response, "get_bucket_replication", "5da06c98f098")
LOG_PERMISSIONS = Anchor(FakeBucket, "_log_permissions_enabled_policy", "d647342f8ffe")

Answer = dict[str, Any]


def s3_tells_that_eventbridge_is_told() -> None:
    """Symptom: every plan wants to set ``eventbridge`` on a bucket's notifications again."""
    get = GET_NOTIFICATION.original

    def get_all(response: S3Response) -> Any:
        stored = response.backend.get_bucket_notification_configuration(response.bucket_name)

        def complete(answer: Answer) -> None:
            if stored and stored.event_bridge is not None:
                answer["EventBridgeConfiguration"] = {}

        return _answer(response, get, complete)

    GET_NOTIFICATION.replace_by(get_all)


def s3_tells_how_log_keys_are_formed() -> None:
    """Symptom: every plan wants to set ``target_object_key_format`` on a bucket's access log again."""
    get = GET_LOGGING.original

    def get_all(response: S3Response) -> Any:
        stored = response.backend.get_bucket_logging(response.bucket_name)

        def complete(answer: Answer) -> None:
            if "TargetObjectKeyFormat" in stored:
                answer["LoggingEnabled"]["TargetObjectKeyFormat"] = stored["TargetObjectKeyFormat"]

        return _answer(response, get, complete)

    GET_LOGGING.replace_by(get_all)


def s3_tells_the_whole_replication() -> None:
    """Symptom: every plan wants to replicate delete markers and encrypted objects again.

    moto answers with rules that copy neither, whatever they were.
    """
    get = GET_REPLICATION.original

    def get_all(response: S3Response) -> Any:
        stored = response.backend.get_bucket_replication(response.bucket_name) or {"Rule": []}

        def complete(answer: Answer) -> None:
            for told, rule in zip(answer["ReplicationConfiguration"]["Rules"], stored["Rule"], strict=True):
                # An empty element reads as None: a filter for everything.
                told.update({name: value for name, value in rule.items() if value is not None})
                told["Filter"] = {name: value or "" for name, value in told["Filter"].items()}

        return _answer(response, get, complete)

    GET_REPLICATION.replace_by(get_all)


def s3_finds_the_right_to_deliver_logs_among_refusals() -> None:
    """Symptom: access logging cannot be set if the target's policy also refuses plain HTTP: HTTP 500.

    moto looks for a service in every Principal, and a refusal's is the text ``*``.
    """
    look = LOG_PERMISSIONS.original

    def look_at_the_named(_: FakeBucket, target_bucket: FakeBucket, target_prefix: str | None) -> bool:
        policy = json.loads(target_bucket.policy or '{"Statement": []}')
        named = [each for each in policy["Statement"] if isinstance(each.get("Principal"), dict)]
        readable = SimpleNamespace(
            name=target_bucket.name,
            partition=target_bucket.partition,
            policy=json.dumps({"Statement": named}).encode(),
        )
        return bool(look(target_bucket=readable, target_prefix=target_prefix))

    LOG_PERMISSIONS.replace_by(look_at_the_named)


def _answer(response: Any, get: Callable[..., Any], complete: Callable[[Answer], None]) -> Any:
    """What ``get`` answers, completed before it becomes XML. A response object serves one request only."""
    serialize = response.serialized

    def serialize_completed(result: Any) -> Any:
        if isinstance(result.result, dict):
            complete(result.result)
        return serialize(result)

    response.serialized = serialize_completed
    return get(response)
