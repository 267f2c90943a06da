"""Files that land in a zone, as messages: EventBridge's event of each new object, in a queue that functions consume."""

import json
from collections.abc import Sequence
from typing import Any

from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import (
    CloudwatchEventTarget,
    CloudwatchEventTargetDeadLetterConfig,
)
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue

from config import Environment
from config.naming import physical_name
from constructs import Construct
from constructs.access import Condition, Statement, allow, policy_document
from constructs.encryption_key import EncryptionKey
from constructs.lake_zone import LakeZone

MAX_NAME = 64  # a rule's
RECEIVES = 5
DAY_SECONDS = 86_400
# A message's age counts on in the dead-letter queue, so that one keeps for longer.
KEEP_SECONDS, KEEP_FAILED_SECONDS = 7 * DAY_SECONDS, 14 * DAY_SECONDS


class FileQueue(Construct):
    """One message for every object that comes below ``prefixes`` of ``zone``, at least once and in no order.

    The body is EventBridge's "Object Created" event. What a consumer fails on ``RECEIVES`` times goes to ``failed``,
    as does what EventBridge cannot deliver. A message that was handed out stays hidden for ``visibility_seconds``:
    six times its function's timeout at least. ``key`` is made with ``for_services=("events",)``.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        zone: LakeZone,
        prefixes: Sequence[str],
        key: EncryptionKey,
        env: Environment,
        visibility_seconds: int,
    ) -> None:
        super().__init__(scope, id_)
        self.visibility_seconds = visibility_seconds
        self._key = key
        full_name = physical_name(env, name)
        self._check(full_name, zone, prefixes)
        place = f"{env.region}:{env.account_id}"
        # Put together, not asked for: a queue has its policy from its first moment, and the two name each other.
        arns = {part: f"arn:aws:sqs:{place}:{full_name}{part}" for part in ("", "-failed")}
        rule = f"arn:aws:events:{place}:rule/{full_name}"
        self.failed = SqsQueue(
            self,
            "Failed",
            name=f"{full_name}-failed",
            message_retention_seconds=KEEP_FAILED_SECONDS,
            kms_master_key_id=key.arn,
            redrive_allow_policy=_compact({"redrivePermission": "byQueue", "sourceQueueArns": [arns[""]]}),
            policy=policy_document(self, "FailedPolicy", _policy(arns["-failed"], rule)),
        )
        self.queue = SqsQueue(
            self,
            "Queue",
            name=full_name,
            message_retention_seconds=KEEP_SECONDS,
            visibility_timeout_seconds=visibility_seconds,
            kms_master_key_id=key.arn,
            redrive_policy=_compact({"deadLetterTargetArn": self.failed.arn, "maxReceiveCount": RECEIVES}),
            policy=policy_document(self, "Policy", _policy(arns[""], rule)),
        )
        self._route(full_name, zone, prefixes)

    def grant_consume(self, role: IamRole) -> list[IamRolePolicy]:
        """Receive and delete messages, and decrypt them. Returns the policies, for those who must wait for them."""
        actions = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
        access = dict.fromkeys(actions, self.queue.arn)
        return [self._key.grant_decrypt(role), allow(role, "Consume", self, access)]

    def grant_send(self, role: IamRole) -> list[IamRolePolicy]:
        """Put a message into the queue, such as the rest of a file that takes longer than one invocation."""
        send = allow(role, "Send", self, {"sqs:SendMessage": self.queue.arn})
        # SQS has the key it may use again decrypted before it encrypts another message with it.
        return [self._key.grant_encrypt(role), self._key.grant_decrypt(role), send]

    def _check(self, name: str, zone: LakeZone, prefixes: Sequence[str]) -> None:
        if len(name) > MAX_NAME:
            raise ValueError(f"{self.node.path}: {name!r} is longer than the {MAX_NAME} of a rule's name; shorten it")
        if not zone.announces:
            raise ValueError(f"{self.node.path}: {zone.node.path} tells nobody of its objects; make it announces=True")
        if wrong := [prefix for prefix in prefixes if not prefix.endswith("/")] or (not prefixes and ["none"]):
            raise ValueError(f"{self.node.path}: prefixes {wrong} name no folder; end each with '/', and name one")

    def _route(self, name: str, zone: LakeZone, prefixes: Sequence[str]) -> None:
        pattern = {
            "source": ["aws.s3"],
            "detail-type": ["Object Created"],
            "detail": {
                "bucket": {"name": [zone.bucket.bucket]},
                "object": {"key": [{"prefix": prefix} for prefix in prefixes]},
            },
        }
        rule = CloudwatchEventRule(
            self,
            "Rule",
            name=name,
            description=f"New objects below {', '.join(prefixes)}",
            event_pattern=json.dumps(pattern),
        )
        CloudwatchEventTarget(
            self,
            "Target",
            rule=rule.name,
            arn=self.queue.arn,
            dead_letter_config=CloudwatchEventTargetDeadLetterConfig(arn=self.failed.arn),
        )


def _compact(policy: dict[str, Any]) -> str:
    """As the provider keeps it: a blank more would be a change in every plan."""
    return json.dumps(policy, separators=(",", ":"))


def _policy(queue_arn: str, rule_arn: str) -> list[Statement]:
    return [
        Statement(
            sid="RefusePlainHttp",
            effect="Deny",
            actions=["sqs:*"],
            resources=[queue_arn],
            principals=("*", ["*"]),
            conditions=[Condition(test="Bool", variable="aws:SecureTransport", values=["false"])],
        ),
        Statement(
            sid="RuleSends",
            actions=["sqs:SendMessage"],
            resources=[queue_arn],
            principals=("Service", ["events.amazonaws.com"]),
            conditions=[Condition(test="ArnEquals", variable="aws:SourceArn", values=[rule_arn])],
        ),
    ]
