"""A host name of one's own for the front door."""

from cdktf_cdktf_provider_aws.api_gateway_base_path_mapping import ApiGatewayBasePathMapping
from cdktf_cdktf_provider_aws.api_gateway_domain_name import (
    ApiGatewayDomainName,
    ApiGatewayDomainNameEndpointConfiguration,
)
from cdktf_cdktf_provider_aws.api_gateway_stage import ApiGatewayStage

from config import front_door
from constructs import Construct


class FrontDoorDomain(Construct):
    """``https://<name>/<stage>``, TLS 1.2 at least. The alias in the company's DNS is not made here."""

    def __init__(
        self, scope: Construct, id_: str, *, domain: front_door.FrontDoorDomain, stage: ApiGatewayStage
    ) -> None:
        super().__init__(scope, id_)
        self.name = ApiGatewayDomainName(
            self,
            "Name",
            domain_name=domain.name,
            regional_certificate_arn=domain.certificate_arn,
            security_policy="TLS_1_2",
            endpoint_configuration=ApiGatewayDomainNameEndpointConfiguration(types=["REGIONAL"]),
        )
        ApiGatewayBasePathMapping(
            self,
            "Path",
            api_id=stage.rest_api_id,
            stage_name=stage.stage_name,
            domain_name=self.name.domain_name,
            base_path=stage.stage_name,
        )
