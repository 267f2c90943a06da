"""Entry point of the archive_envelope: records of the stream in, rows of the archive and one line of counts out.

Firehose calls it, and converts what it answers to Parquet. The bytes of a record are only passed on: nothing here looks
into them, and nothing in them can fail.
"""

import logging
import os
from typing import Any

from archive_envelope.envelope import Answer, answers

log = logging.getLogger(__name__)
log.setLevel(os.environ["LOG_LEVEL"])


def handler(event: dict[str, Any], context: Any) -> dict[str, list[Answer]]:  # noqa: ARG001
    """Answers every record of ``event`` under its id."""
    found = answers(event["records"])
    failed = sum(answer["result"] != "Ok" for answer in found)
    log.log(logging.WARNING if failed else logging.INFO, "%d records, %d of them failed", len(found), failed)
    return {"records": found}
