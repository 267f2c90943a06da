"""Personal columns of captured rows to the tokens that stand for them everywhere else in the lake.

The one function that is not Spark's own: it has no BLAKE2b, and a key in an expression would stand in plans and logs of
events. So workers fetch the key themselves, by its secret's name, and rows pass through Python in Arrow batches
(docs/adr/0010). The code that makes tokens is the functions' own, packed beside this (`shared.tokens`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial

import pyarrow as pa
from pyspark.sql import DataFrame

from lib.clients import aws_client
from shared.tokens import Token, Tokens

Key = Callable[[], bytes]


@dataclass(frozen=True, kw_only=True)
class SecretKey:
    """The key in a secret, fetched once by each process that makes tokens. Sent to workers it is a name, no key."""

    secret: str
    region: str | None = None

    def __call__(self) -> bytes:
        return _fetched(self.secret, self.region)


@cache
def _fetched(secret: str, region: str | None) -> bytes:
    secrets = aws_client("secretsmanager", region_name=region)
    key: str = secrets.get_secret_value(SecretId=secret)["SecretString"]
    return key.encode()


def with_tokens(rows: DataFrame, kinds: Mapping[str, str], key: Key) -> DataFrame:
    """``rows`` with tokens in the place of the values of ``kinds``' columns; null where nothing of a value is left."""
    if not kinds:
        return rows
    return rows.mapInArrow(partial(_masked, kinds=dict(kinds), key=key), rows.schema)


def _masked(batches: Iterable[pa.RecordBatch], *, kinds: Mapping[str, str], key: Key) -> Iterator[pa.RecordBatch]:
    tokens = Tokens(key())
    makers = {name: tokens.of(kind) for name, kind in kinds.items()}
    for batch in batches:
        columns = [
            _tokens_of(column, makers[name]) if name in makers else column
            for name, column in zip(batch.schema.names, batch.columns, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _tokens_of(values: pa.Array, token: Token) -> pa.Array:
    return pa.array([None if value is None else token(value) for value in values.to_pylist()], pa.string())
