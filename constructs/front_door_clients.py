"""The front door's clients: a key each, and how often they may call."""

from cdktf_cdktf_provider_aws.api_gateway_api_key import ApiGatewayApiKey
from cdktf_cdktf_provider_aws.api_gateway_stage import ApiGatewayStage
from cdktf_cdktf_provider_aws.api_gateway_usage_plan import (
    ApiGatewayUsagePlan,
    ApiGatewayUsagePlanApiStages,
    ApiGatewayUsagePlanQuotaSettings,
    ApiGatewayUsagePlanThrottleSettings,
)
from cdktf_cdktf_provider_aws.api_gateway_usage_plan_key import ApiGatewayUsagePlanKey

from config.front_door import FrontDoorSize
from constructs import Construct


class FrontDoorClients(Construct):
    """One usage plan, and an API key for each of ``size.clients``, made by AWS: its value stands in the state.

    A key says whose request it is and counts it. Who may call at all is ``size.authorization``'s to say.
    """

    def __init__(self, scope: Construct, id_: str, *, name: str, size: FrontDoorSize, stage: ApiGatewayStage) -> None:
        super().__init__(scope, id_)
        quota = size.requests_per_day
        plan = ApiGatewayUsagePlan(
            self,
            "Plan",
            name=name,
            description="What each client of the front door may send.",
            api_stages=[ApiGatewayUsagePlanApiStages(api_id=stage.rest_api_id, stage=stage.stage_name)],
            throttle_settings=ApiGatewayUsagePlanThrottleSettings(
                rate_limit=size.requests_per_second, burst_limit=size.burst
            ),
            quota_settings=ApiGatewayUsagePlanQuotaSettings(limit=quota, period="DAY") if quota else None,
        )
        self.keys: dict[str, ApiGatewayApiKey] = {}
        for client in size.clients:
            id_of_client = "".join(part.capitalize() for part in client.split("-"))
            key = ApiGatewayApiKey(
                self,
                f"{id_of_client}Key",
                name=f"{name}-{client}",
                description=f"The front door's key of {client}.",
            )
            ApiGatewayUsagePlanKey(
                self, f"{id_of_client}InPlan", key_id=key.id, key_type="API_KEY", usage_plan_id=plan.id
            )
            self.keys[client] = key
