"""The objects of a delivery: records in the order they were read go in, keys and bytes come out.

https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html
"""

import gzip
import re
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import groupby

from local.firehose.arrived_record import ArrivedRecord
from local.firehose.conversion import Conversion
from local.firehose.delivery_stream import DeliveryStream
from local.firehose.transformation import Transformation, Transformed
from local.firehose.undelivered import Undelivered, error_lines

# Keys and bytes, in the order in which they are written.
Objects = list[tuple[str, bytes]]
Finish = Callable[[Sequence[ArrivedRecord]], Objects]

EXPRESSION = re.compile(r"!\{(\w+):([^}]*)\}")
# Of Java's DateTimeFormatter what a prefix needs.
JAVA_TO_PYTHON = {"yyyy": "%Y", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M", "ss": "%S"}


def finisher(
    stream: DeliveryStream, *, transformation: Transformation | None = None, conversion: Conversion | None = None
) -> Finish:
    """What makes objects of a buffer's records: as they came, or through a function, a conversion or both."""

    def finish(records: Sequence[ArrivedRecord]) -> Objects:
        oldest = min(record.arrived_at for record in records)
        documents: list[Transformed] = [(record, record.data) for record in records]
        undelivered: list[Undelivered] = []
        if transformation:
            documents, undelivered = transformation.transformed(records)
        body = _joined(stream, documents) if documents else None
        if conversion:
            body, unconverted = conversion.converted(documents)
            undelivered += unconverted
        objects = [(object_key(stream, oldest_arrival=oldest), body)] if body else []
        for step, failed in groupby(undelivered, key=lambda each: each.step):
            objects.append((_error_key(stream, step, oldest), error_lines(list(failed))))
        return objects

    return finish


def object_key(stream: DeliveryStream, *, oldest_arrival: float) -> str:
    """``<prefix><stream>-<version>-<time>-<random>``, both by the arrival of the oldest record inside."""
    moment = datetime.fromtimestamp(oldest_arrival, UTC)
    return f"{evaluated(stream.prefix, moment)}{_name(stream, moment)}{stream.suffix}"


def _error_key(stream: DeliveryStream, step: str, oldest_arrival: float) -> str:
    moment = datetime.fromtimestamp(oldest_arrival, UTC)
    return f"{evaluated(stream.error_prefix, moment, error=step)}{_name(stream, moment)}"


def _name(stream: DeliveryStream, moment: datetime) -> str:
    return f"{stream.name}-{stream.version}-{moment:%Y-%m-%d-%H-%M-%S}-{uuid.uuid4()}"


def _joined(stream: DeliveryStream, documents: Sequence[Transformed]) -> bytes:
    """One after the other, each with the delimiter behind it, compressed as a whole."""
    text = b"".join(document + stream.delimiter for _, document in documents)
    return gzip.compress(text, compresslevel=6, mtime=0) if stream.compression == "GZIP" else text


def evaluated(prefix: str, moment: datetime, *, error: str | None = None) -> str:
    """The prefix with its expressions filled in; ValueError names one that is not known here.

    ``error`` is for the prefix of what could not be delivered.
    """

    def value(match: re.Match[str]) -> str:
        namespace, text = match.groups()
        if namespace == "timestamp":
            pattern = re.sub("|".join(JAVA_TO_PYTHON), lambda found: JAVA_TO_PYTHON[found.group()], text)
            return moment.strftime(pattern)
        if (namespace, text) == ("firehose", "random-string"):
            return uuid.uuid4().hex[:11]
        if error and (namespace, text) == ("firehose", "error-output-type"):
            return error
        raise ValueError(f"prefix {prefix!r}: {match.group()} is not known here; use !{{timestamp:yyyy}} and the like")

    return EXPRESSION.sub(value, prefix)
