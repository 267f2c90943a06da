"""A message of the queue: what file it tells of, and from which line on. A file that takes longer than one invocation
is told of again, by a message that says where to go on.
"""

import json
from collections.abc import Mapping
from typing import Any

RESUME = "resume_at_line"


def first_line(message: Mapping[str, Any]) -> int:
    """The line to begin with; ValueError if the message says something that is none."""
    line = json.loads(message["body"]).get(RESUME, 1)
    if not isinstance(line, int) or line < 1:
        raise ValueError(f"the message says {RESUME} {line!r}; expected a line number")
    return line


def rest_of(message: Mapping[str, Any], line: int) -> str:
    """The body of the message that tells of the same file from ``line`` on."""
    return json.dumps(json.loads(message["body"]) | {RESUME: line})
