"""The front door as it is live: what was deployed of the API, how it is logged, and how much it takes."""

import json
import re
from collections.abc import Sequence
from hashlib import sha256

from cdktf import TerraformResource, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.api_gateway_authorizer import ApiGatewayAuthorizer
from cdktf_cdktf_provider_aws.api_gateway_deployment import ApiGatewayDeployment
from cdktf_cdktf_provider_aws.api_gateway_gateway_response import ApiGatewayGatewayResponse
from cdktf_cdktf_provider_aws.api_gateway_integration import ApiGatewayIntegration
from cdktf_cdktf_provider_aws.api_gateway_integration_response import ApiGatewayIntegrationResponse
from cdktf_cdktf_provider_aws.api_gateway_method import ApiGatewayMethod
from cdktf_cdktf_provider_aws.api_gateway_method_response import ApiGatewayMethodResponse
from cdktf_cdktf_provider_aws.api_gateway_method_settings import (
    ApiGatewayMethodSettings,
    ApiGatewayMethodSettingsSettings,
)
from cdktf_cdktf_provider_aws.api_gateway_model import ApiGatewayModel
from cdktf_cdktf_provider_aws.api_gateway_request_validator import ApiGatewayRequestValidator
from cdktf_cdktf_provider_aws.api_gateway_resource import ApiGatewayResource
from cdktf_cdktf_provider_aws.api_gateway_rest_api import ApiGatewayRestApi
from cdktf_cdktf_provider_aws.api_gateway_rest_api_policy import ApiGatewayRestApiPolicy
from cdktf_cdktf_provider_aws.api_gateway_stage import ApiGatewayStage, ApiGatewayStageAccessLogSettings
from cdktf_cdktf_provider_aws.kinesis_stream import KinesisStream

from config import Environment
from config.front_door import FrontDoorSize
from config.naming import physical_name
from constructs import Construct
from constructs.front_door_log import FrontDoorLog

STAGE = "v1"
# What a deployment makes live.
DEPLOYED = (
    ApiGatewayAuthorizer,
    ApiGatewayGatewayResponse,
    ApiGatewayIntegration,
    ApiGatewayIntegrationResponse,
    ApiGatewayMethod,
    ApiGatewayMethodResponse,
    ApiGatewayModel,
    ApiGatewayRequestValidator,
    ApiGatewayResource,
    ApiGatewayRestApiPolicy,
)
# What cdktf adds for people.
NOTES = "//"
REFERENCE = re.compile(r"TfToken\[\w+\.\d+\]")


class FrontDoorStage(Construct):
    """The stage of ``api``, deployed anew whenever anything beside it in ``scope`` changes: make it last."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        env: Environment,
        size: FrontDoorSize,
        api: ApiGatewayRestApi,
        stream: KinesisStream,
    ) -> None:
        super().__init__(scope, id_)
        log = FrontDoorLog(
            self, "Log", env=env, name=physical_name(env, "front-door"), sets_account_role=size.sets_account_role
        )
        parts = [part for part in scope.node.find_all() if isinstance(part, DEPLOYED)]
        deployment = ApiGatewayDeployment(
            self,
            "Deployment",
            rest_api_id=api.id,
            # A stage shows the API as it was deployed, whatever is changed after that.
            triggers={"definition": _digest(parts), "stream": stream.name},
            depends_on=parts,
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        )
        self.stage = ApiGatewayStage(
            self,
            "Stage",
            rest_api_id=api.id,
            deployment_id=deployment.id,
            stage_name=STAGE,
            access_log_settings=ApiGatewayStageAccessLogSettings(destination_arn=log.group.arn, format=log.line),
            # A trace of the door holds the caller's address, and ends at the stream.
            xray_tracing_enabled=False,
            # Logging is refused before the account has a role for it.
            depends_on=[log.account] if log.account else None,
        )
        self._limit(size)

    def _limit(self, size: FrontDoorSize) -> None:
        ApiGatewayMethodSettings(
            self,
            "MethodSettings",
            rest_api_id=self.stage.rest_api_id,
            stage_name=self.stage.stage_name,
            method_path="*/*",
            settings=ApiGatewayMethodSettingsSettings(
                metrics_enabled=True,
                # Execution logs repeat what was sent, traces all of it.
                logging_level="OFF",
                data_trace_enabled=False,
                throttling_rate_limit=size.requests_per_second,
                throttling_burst_limit=size.burst,
            ),
        )


def _digest(parts: Sequence[TerraformResource]) -> str:
    """Of all that is said in them, but for references, which are numbered anew in each synthesis."""
    said = [block for part in parts for home in part.to_terraform()["resource"].values() for block in home.values()]
    text = json.dumps([{name: value for name, value in block.items() if name != NOTES} for block in said])
    return sha256(REFERENCE.sub("", text).encode()).hexdigest()
