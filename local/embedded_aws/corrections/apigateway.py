"""Corrections of moto's API Gateway: in what form it tells a policy."""

import json
from typing import Any

from moto.apigateway.models import RestAPI

from local.embedded_aws.corrections.anchor import Anchor

TELL_API = Anchor(RestAPI, "to_dict", "936b05d70fd4")


def apigateway_tells_policies_as_aws_does() -> None:
    """Symptom: `invalid character 'S' after top-level value`, and the API can be neither planned nor destroyed.

    AWS puts backslashes before the quotes of a policy it tells, although the whole answer has them already.
    """
    to_dict = TELL_API.original

    def told(api: RestAPI) -> dict[str, Any]:
        answer: dict[str, Any] = to_dict(api)
        return answer | {"policy": json.dumps(api.policy)[1:-1] if api.policy else None}

    TELL_API.replace_by(told)
