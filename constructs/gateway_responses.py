"""What the front door answers by itself, before anything reaches the stream: always the same JSON."""

import json

from cdktf_cdktf_provider_aws.api_gateway_gateway_response import ApiGatewayGatewayResponse
from cdktf_cdktf_provider_aws.api_gateway_rest_api import ApiGatewayRestApi

from constructs import Construct

# By API Gateway's name: status, our word for it, what to do. The status stays the service's own where None.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
RESPONSES: dict[str, tuple[int | None, str, str]] = {
    "ACCESS_DENIED": (403, "access_denied", "The caller may not do this."),
    "BAD_REQUEST_BODY": (400, "bad_event", "The body breaks the model; details say where. Sending it again is no use."),
    "BAD_REQUEST_PARAMETERS": (400, "bad_request", "A header or parameter is wrong. Sending it again is no use."),
    "INVALID_API_KEY": (403, "invalid_api_key", "Send a valid key in the header x-api-key."),
    "INTEGRATION_FAILURE": (504, "not_known", "Perhaps stored, perhaps not. Send it again with the same event_id."),
    "INTEGRATION_TIMEOUT": (504, "not_known", "Perhaps stored, perhaps not. Send it again with the same event_id."),
    "MISSING_AUTHENTICATION_TOKEN": (403, "no_such_call", "No such path or method, or the request is not signed."),
    "QUOTA_EXCEEDED": (429, "quota_exceeded", "The key's quota of today is used up. Ask for more, or wait."),
    "REQUEST_TOO_LARGE": (413, "too_large", "An event has 1 MiB at most, a batch 5 MiB and 500 events."),
    "THROTTLED": (429, "throttled", "Too many requests at once. Wait a second and longer each time; send batches."),
    "UNAUTHORIZED": (401, "unauthorized", "Send a valid access token in the header Authorization."),
    "UNSUPPORTED_MEDIA_TYPE": (415, "unsupported_media_type", "Send Content-Type: application/json."),
    "WAF_FILTERED": (403, "refused", "The firewall refused the request."),
    "DEFAULT_4XX": (None, "refused", "The request was refused."),
    "DEFAULT_5XX": (None, "not_known", "Perhaps stored, perhaps not. Send it again with the same event_id."),
}
# API Gateway puts its own quotes around nothing but messageString.
DETAILS = {"BAD_REQUEST_BODY": "$context.error.validationErrorString"}


def answer_alike(scope: Construct, api: ApiGatewayRestApi) -> None:
    """One response for each of `RESPONSES`."""
    for kind, (status, error, message) in RESPONSES.items():
        body = {"error": error, "message": message, "request_id": "$context.requestId"}
        if kind in DETAILS:
            body["details"] = DETAILS[kind]
        ApiGatewayGatewayResponse(
            scope,
            "".join(word.capitalize() for word in kind.split("_")),
            rest_api_id=api.id,
            response_type=kind,
            status_code=str(status) if status else None,
            response_templates={"application/json": json.dumps(body)},
        )
