"""What the front door does with a request: key, model, template, Kinesis, template. Bytes in, status and bytes out."""

import json
import re
import sys
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.front_door.applied_api import JSON, AppliedApi, Route
from local.front_door.body_check import complaint
from local.front_door.mapping_template import render
from local.front_door.usage import Usage

# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
MAX_BODY_BYTES = 10 * 1024 * 1024
VARIABLE = re.compile(r"\$context((?:\.\w+)+)")
# What they say by themselves, where no response is defined for them.
FAULTS_OF_OURS = ("API_CONFIGURATION_ERROR", "INTEGRATION_FAILURE")
STATUSES = {"DEFAULT_4XX": 400, "DEFAULT_5XX": 500}

# The action of Kinesis and its body, to status and body.
Send = Callable[[str, bytes], tuple[int, bytes]]


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the client gets."""

    status: int
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Door:
    """Answers for one applied API."""

    api: AppliedApi
    send: Send
    usage: Usage = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "usage", Usage(self.api.plans))

    def post(self, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """``path`` begins with the stage; ``headers`` have names in small letters."""
        route = self.api.routes.get(path.removeprefix(f"/{self.api.stage}"))
        if route is None or not path.startswith(f"/{self.api.stage}/"):
            return self.refuse("MISSING_AUTHENTICATION_TOKEN")
        if route.needs_key and (refusal := self.usage.refuse(headers.get("x-api-key"))):
            return self.refuse(refusal)
        if len(body) > MAX_BODY_BYTES:
            return self.refuse("REQUEST_TOO_LARGE")
        if headers.get("content-type", JSON).partition(";")[0].strip().lower() != JSON:
            return self.refuse("UNSUPPORTED_MEDIA_TYPE")
        if route.model is not None and (wrong := complaint(body, route.model)):
            return self.refuse("BAD_REQUEST_BODY", validationErrorString=wrong)
        return self._pass_on(route, body)

    def refuse(self, kind: str, **error: str) -> Reply:
        """A gateway response, with its variables filled in."""
        family = "DEFAULT_5XX" if kind in FAULTS_OF_OURS else "DEFAULT_4XX"
        status, template = self.api.refusals.get(kind, self.api.refusals.get(family, (None, "{}")))
        context = {"requestId": str(uuid.uuid4()), "error": {"responseType": kind} | error}
        text = VARIABLE.sub(lambda match: _quoted(match[1], context), template)
        return Reply(status=status or STATUSES[family], body=text.encode())

    def _pass_on(self, route: Route, body: bytes) -> Reply:
        context: dict[str, Any] = {"requestId": str(uuid.uuid4())}
        try:
            call = render(route.request, body.decode(), context)
            status, told = self.send(route.action, call.encode())
            answer = route.answer_to(status)
            text = render(answer.template, told.decode(), context)
        except OSError:
            return self.refuse("INTEGRATION_FAILURE")
        except ValueError as error:
            print(f"front door: {route.action}: {error}", file=sys.stderr)
            return self.refuse("API_CONFIGURATION_ERROR")
        return Reply(status=int(context["responseOverride"].get("status", answer.status)), body=text.encode())


def _quoted(path: str, context: Any) -> str:
    for name in path.strip(".").split("."):
        context = context.get(name, "") if isinstance(context, dict) else ""
    return json.dumps(str(context), ensure_ascii=False)[1:-1]
