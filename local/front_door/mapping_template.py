"""Renders a mapping template: Velocity as API Gateway offers it, as far as the applied templates use it."""

import json
import re
from base64 import b64encode
from typing import Any

from airspeed import Template, TemplateError

STEP = re.compile(r"\.(?P<member>[A-Za-z_]\w*)|\[(?P<index>\d+)\]")
# https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
MAX_ITERATIONS = 1_000


def render(template: str, body: str, context: dict[str, Any]) -> str:
    """The text; what the template overrides stands in ``context["responseOverride"]`` after that.

    ValueError for what is not known here or cannot be rendered.
    """
    context.setdefault("responseOverride", {})
    names = {"input": _Input(body), "util": _Util(), "context": context}
    try:
        text: str = Template(template).merge(names)
    except TemplateError as error:
        raise ValueError(f"mapping template: {error.__cause__ or error}") from error
    return text


class _Input:
    """``$input``: the body as it came, and as JSON. Numbers with a fraction become doubles, as they do there."""

    def __init__(self, body: str) -> None:
        self.body = body
        self._parsed: Any = None

    def path(self, path: str) -> Any:
        if self._parsed is None:
            self._parsed = json.loads(self.body)
        found = self._parsed
        for step in _steps(path):
            try:
                found = found[step]
            except (KeyError, IndexError, TypeError):
                return None
        if isinstance(found, list) and len(found) > MAX_ITERATIONS:
            raise ValueError(f"{path} has {len(found)} members, and API Gateway repeats {MAX_ITERATIONS} times at most")
        return found

    def json(self, path: str) -> str:
        found = self.path(path)
        return '""' if found is None else json.dumps(found, ensure_ascii=False, separators=(",", ":"))


class _Util:
    """``$util``."""

    def base64Encode(self, text: str) -> str:  # noqa: N802  its name there
        return b64encode(text.encode()).decode()


def _steps(path: str) -> list[str | int]:
    steps: list[str | int] = []
    position = 1
    while position < len(path):
        step = STEP.match(path, position)
        if step is None:
            raise ValueError(f"JSONPath {path!r}: only members and indexes are known here")
        steps.append(step["member"] or int(step["index"]))
        position = step.end()
    return steps
