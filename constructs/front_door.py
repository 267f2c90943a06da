"""The front door: shops send events by HTTP, and they stand on the stream or the shop is told why not."""

from collections.abc import Sequence

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.api_gateway_authorizer import ApiGatewayAuthorizer
from cdktf_cdktf_provider_aws.api_gateway_request_validator import ApiGatewayRequestValidator
from cdktf_cdktf_provider_aws.api_gateway_resource import ApiGatewayResource
from cdktf_cdktf_provider_aws.api_gateway_rest_api import ApiGatewayRestApi, ApiGatewayRestApiEndpointConfiguration
from cdktf_cdktf_provider_aws.api_gateway_rest_api_policy import ApiGatewayRestApiPolicy

from config import Environment
from config.front_door import FrontDoorSize
from config.naming import physical_name
from constructs import Construct
from constructs.access import Statement, policy_document
from constructs.access_role import AccessRole
from constructs.event_stream import EventStream
from constructs.front_door_clients import FrontDoorClients
from constructs.front_door_domain import FrontDoorDomain
from constructs.front_door_method import Admission, Call, FrontDoorMethod
from constructs.front_door_stage import STAGE, FrontDoorStage
from constructs.front_door_templates import BATCH_ANSWER, SINGLE_ANSWER, batch_request, single_request
from constructs.gateway_responses import answer_alike
from contracts import Contract
from contracts.request_model import batch_model, event_model

AUTHORIZATION = {"api_key": "NONE", "iam": "AWS_IAM", "jwt": "COGNITO_USER_POOLS"}


class FrontDoor(Construct):
    """``POST /events`` takes one event, ``POST /events/batch`` up to 500, of the families in ``contracts``.

    What is let in goes to ``stream`` as it is, through a role that may put there and do nothing else.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        env: Environment,
        size: FrontDoorSize,
        stream: EventStream,
        contracts: Sequence[Contract],
    ) -> None:
        super().__init__(scope, id_)
        self.name = physical_name(env, "front-door")
        self.api = ApiGatewayRestApi(
            self,
            "Api",
            name=self.name,
            description="Takes the shop's events and puts them on the stream.",
            endpoint_configuration=ApiGatewayRestApiEndpointConfiguration(types=["REGIONAL"]),
            disable_execute_api_endpoint=size.domain is not None,
            # Its id is in the url that clients know.
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True, prevent_destroy=not env.disposable),
        )
        self._take_events(env, self._admission(size), stream, contracts)
        answer_alike(self, self.api)
        if size.callers:
            self._let_in(size.callers)
        live = FrontDoorStage(self, "Live", env=env, size=size, api=self.api, stream=stream.stream)
        self.stage = live.stage
        self.clients = FrontDoorClients(self, "Clients", name=self.name, size=size, stage=self.stage)
        self.url = f"https://{size.domain.name}/{STAGE}" if size.domain else self.stage.invoke_url
        if size.domain:
            FrontDoorDomain(self, "Domain", domain=size.domain, stage=self.stage)

    def _admission(self, size: FrontDoorSize) -> Admission:
        validator = ApiGatewayRequestValidator(
            self,
            "Validator",
            rest_api_id=self.api.id,
            name="body-and-parameters",
            validate_request_body=True,
            validate_request_parameters=True,
        )
        tokens = None
        if size.authorization == "jwt":
            # A REST API reads JWTs of Cognito by itself, and of nobody else.
            tokens = ApiGatewayAuthorizer(
                self,
                "Tokens",
                rest_api_id=self.api.id,
                name="tokens",
                type="COGNITO_USER_POOLS",
                provider_arns=list(size.user_pools),
            )
        return Admission(
            authorization=AUTHORIZATION[size.authorization],
            validator_id=validator.id,
            authorizer_id=tokens.id if tokens else None,
            scopes=size.scopes,
        )

    def _take_events(
        self, env: Environment, admission: Admission, stream: EventStream, contracts: Sequence[Contract]
    ) -> None:
        writer = AccessRole(
            self, "ApiWriter", name=self.name, account_id=env.account_id, service="apigateway.amazonaws.com"
        )
        stream.grant_put(writer.role)
        events = ApiGatewayResource(
            self, "EventsPath", rest_api_id=self.api.id, parent_id=self.api.root_resource_id, path_part="events"
        )
        batch = ApiGatewayResource(self, "BatchPath", rest_api_id=self.api.id, parent_id=events.id, path_part="batch")

        def call(action: str, request: str, answer: str) -> Call:
            uri = f"arn:aws:apigateway:{env.region}:kinesis:action/{action}"
            return Call(uri=uri, role_arn=writer.role.arn, request=request, answer=answer)

        name = stream.stream.name
        single = call("PutRecord", single_request(name), SINGLE_ANSWER)
        many = call("PutRecords", batch_request(name), BATCH_ANSWER)
        for id_, path, model, way in (
            ("Event", events, event_model(contracts), single),
            ("EventBatch", batch, batch_model(contracts), many),
        ):
            FrontDoorMethod(self, id_, api=self.api, resource=path, model=model, admission=admission, call=way)

    def _let_in(self, callers: Sequence[str]) -> None:
        # Callers of other accounts need a policy of their own as well. AWS refuses an ARN of nobody.
        statement = Statement(
            sid="CallersSend",
            actions=["execute-api:Invoke"],
            resources=[f"{self.api.execution_arn}/{STAGE}/POST/*"],
            principals=("AWS", callers),
        )
        document = policy_document(self, "CallersDocument", [statement])
        ApiGatewayRestApiPolicy(self, "Callers", rest_api_id=self.api.id, policy=document)
