"""One way in: a path that takes POST, checks the body against a model, and hands it to Kinesis."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cdktf_cdktf_provider_aws.api_gateway_integration import ApiGatewayIntegration
from cdktf_cdktf_provider_aws.api_gateway_integration_response import ApiGatewayIntegrationResponse
from cdktf_cdktf_provider_aws.api_gateway_method import ApiGatewayMethod
from cdktf_cdktf_provider_aws.api_gateway_method_response import ApiGatewayMethodResponse
from cdktf_cdktf_provider_aws.api_gateway_model import ApiGatewayModel
from cdktf_cdktf_provider_aws.api_gateway_resource import ApiGatewayResource
from cdktf_cdktf_provider_aws.api_gateway_rest_api import ApiGatewayRestApi

from constructs import Construct
from constructs.front_door_templates import ACCEPTED, NOT_STORED, REFUSED_ANSWER
from contracts.request_model import Schema, model_text

JSON = "application/json"
# Kinesis answers in milliseconds or hardly at all, and a shop's server waits meanwhile.
TIMEOUT_MS = 10_000


@dataclass(frozen=True, kw_only=True)
class Call:
    """What a path does: the ``action`` of Kinesis at ``uri`` as ``role_arn``, and the templates to it and back."""

    uri: str
    role_arn: str
    request: str
    answer: str


@dataclass(frozen=True, kw_only=True)
class Admission:
    """Who gets in: kind of authorization, authorizer and scopes if it needs any, and the validator of bodies."""

    authorization: str
    validator_id: str
    authorizer_id: str | None = None
    scopes: Sequence[str] = ()


class FrontDoorMethod(Construct):
    """``POST`` at ``resource``. A body that is not JSON of ``model`` goes no further, whatever it says it is."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        api: ApiGatewayRestApi,
        resource: ApiGatewayResource,
        model: Schema,
        admission: Admission,
        call: Call,
    ) -> None:
        super().__init__(scope, id_)
        schema = ApiGatewayModel(
            self, "Model", rest_api_id=api.id, name=model["title"], content_type=JSON, schema=model_text(model)
        )
        method = ApiGatewayMethod(
            self,
            "Method",
            rest_api_id=api.id,
            resource_id=resource.id,
            http_method="POST",
            authorization=admission.authorization,
            authorizer_id=admission.authorizer_id,
            authorization_scopes=list(admission.scopes) or None,
            api_key_required=True,
            request_validator_id=admission.validator_id,
            request_models={JSON: schema.name},
        )
        self._at: dict[str, Any] = {
            "rest_api_id": api.id,
            "resource_id": resource.id,
            "http_method": method.http_method,
        }
        integration = self._integrate(call)
        self._answer(ACCEPTED, None, call.answer, integration)
        self._answer(NOT_STORED, r"[45]\d{2}", REFUSED_ANSWER, integration)

    def _integrate(self, call: Call) -> ApiGatewayIntegration:
        return ApiGatewayIntegration(
            self,
            "Integration",
            **self._at,
            type="AWS",
            integration_http_method="POST",
            uri=call.uri,
            credentials=call.role_arn,
            request_parameters={"integration.request.header.Content-Type": "'application/x-amz-json-1.1'"},
            request_templates={JSON: call.request},
            # Another content type has no model, so it would come in unchecked.
            passthrough_behavior="NEVER",
            timeout_milliseconds=TIMEOUT_MS,
        )

    def _answer(self, status: int, pattern: str | None, template: str, integration: ApiGatewayIntegration) -> None:
        response = ApiGatewayMethodResponse(
            self, f"Response{status}", **self._at, status_code=str(status), response_models={JSON: "Empty"}
        )
        ApiGatewayIntegrationResponse(
            self,
            f"Answer{status}",
            **self._at,
            status_code=response.status_code,
            selection_pattern=pattern,
            response_templates={JSON: template},
            # API Gateway wants the integration first.
            depends_on=[integration],
        )
