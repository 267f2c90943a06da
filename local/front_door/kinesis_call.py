"""Calls the emulated Kinesis with a body that a template wrote: signed, and otherwise as it is."""

from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import HTTPClientError
from botocore.httpsession import URLLib3Session

from local.front_door.door import Send
from local.lambda_service.aws_clients import CREDENTIALS, aws_client

CONTENT_TYPE = "application/x-amz-json-1.1"


def kinesis_call(endpoint: str, *, region: str) -> Send:
    """Raises ConnectionError when there is no answer."""
    model = aws_client("kinesis", endpoint=endpoint, region=region).meta.service_model
    prefix = model.metadata["targetPrefix"]
    access_key, secret_key, token = CREDENTIALS.values()
    session: Any = URLLib3Session(proxies={})

    def send(action: str, body: bytes) -> tuple[int, bytes]:
        headers = {"Content-Type": CONTENT_TYPE, "X-Amz-Target": f"{prefix}.{action}"}
        request = AWSRequest(method="POST", url=endpoint, data=body, headers=headers)
        SigV4Auth(Credentials(access_key, secret_key, token), "kinesis", region).add_auth(request)
        try:
            answer = session.send(request.prepare())
        except HTTPClientError as error:
            raise ConnectionError(str(error)) from error
        return answer.status_code, answer.content

    return send
