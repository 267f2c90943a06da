"""Tells people of every object that comes into a zone where none should."""

import json

from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import (
    CloudwatchEventTarget,
    CloudwatchEventTargetInputTransformer,
)

from config import Environment
from config.naming import physical_name
from constructs import Construct
from constructs.alerts import Alerts
from constructs.lake_zone import LakeZone


class ObjectNotice(Construct):
    """A rule on the zone's announcements, below ``prefix``; ``what`` says what such an object means and asks for."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        env: Environment,
        zone: LakeZone,
        prefix: str,
        what: str,
        alerts: Alerts,
    ) -> None:
        super().__init__(scope, id_)
        pattern = {
            "source": ["aws.s3"],
            "detail-type": ["Object Created"],
            "detail": {"bucket": {"name": [zone.bucket.bucket]}, "object": {"key": [{"prefix": prefix}]}},
        }
        rule = CloudwatchEventRule(
            self,
            "Rule",
            name=physical_name(env, f"{zone.node.id.lower()}-notice"),
            description=what,
            event_pattern=json.dumps(pattern),
        )
        CloudwatchEventTarget(
            self,
            "Target",
            rule=rule.name,
            arn=alerts.topic.arn,
            input_transformer=CloudwatchEventTargetInputTransformer(
                input_paths={"bucket": "$.detail.bucket.name", "key": "$.detail.object.key"},
                input_template=json.dumps(f"{what} Object: s3://<bucket>/<key>"),
            ),
            depends_on=[alerts.may_publish],
        )
