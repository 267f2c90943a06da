"""Who called, when, with what result: one line per request, and nothing of what was sent."""

import json

from cdktf_cdktf_provider_aws.api_gateway_account import ApiGatewayAccount
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup

from config import Environment
from config.naming import physical_name
from constructs import Construct
from constructs.access import allow
from constructs.access_role import AccessRole
from constructs.encryption_key import environment_key

PREFIX = "/aws/apigateway/"
# No address, browser, query or message: an address tells of a person, and messages repeat values. The key says who.
LINE = {
    "requestId": "$context.requestId",
    "requestTime": "$context.requestTime",
    "apiKeyId": "$context.identity.apiKeyId",
    "caller": "$context.identity.userArn",
    "httpMethod": "$context.httpMethod",
    "resourcePath": "$context.resourcePath",
    "status": "$context.status",
    "errorType": "$context.error.responseType",
    "integrationStatus": "$context.integration.status",
    "responseLength": "$context.responseLength",
    "responseLatency": "$context.responseLatency",
    "integrationLatency": "$context.integration.latency",
    "wafResponseCode": "$context.wafResponseCode",
}


class FrontDoorLog(Construct):
    """A log group under a key of its own.

    API Gateway writes with one role for all APIs of the account and region. ``sets_account_role`` sets it; where
    another stack does, that one's role must be allowed to write below /aws/apigateway/.
    """

    def __init__(self, scope: Construct, id_: str, *, env: Environment, name: str, sets_account_role: bool) -> None:
        super().__init__(scope, id_)
        key = environment_key(self, "Key", env=env, name="front-door", for_logs=f"{PREFIX}{name}")
        self.group = CloudwatchLogGroup(
            self, "Group", name=f"{PREFIX}{name}", retention_in_days=env.log_keep_days, kms_key_id=key.arn
        )
        self.line = json.dumps(LINE)
        self.account = self._set_account_role(env) if sets_account_role else None

    def _set_account_role(self, env: Environment) -> ApiGatewayAccount:
        writer = AccessRole(
            self,
            "LogWriter",
            name=physical_name(env, "api-gateway-log"),
            account_id=env.account_id,
            service="apigateway.amazonaws.com",
        )
        groups = f"arn:aws:logs:{env.region}:{env.account_id}:log-group"
        actions = ("CreateLogGroup", "CreateLogStream", "DescribeLogStreams", "PutLogEvents")
        access = {f"logs:{action}": f"{groups}:{PREFIX}*" for action in actions}
        # Looking for a group is asked of all groups.
        may_write = allow(writer.role, "Write", self, access | {"logs:DescribeLogGroups": f"{groups}:*"})
        # API Gateway tries the role when it is set.
        return ApiGatewayAccount(self, "Account", cloudwatch_role_arn=writer.role.arn, depends_on=[may_write])
