"""The pure part of the function with a registry: files in, verdicts and objects out, S3 a fake."""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from arro3.io import read_parquet

from config.source import Source
from config.sources import SOURCES, file_sources, validator_document
from contracts import load_contract, runtime_document
from data_validator.lake import Lake
from data_validator.registry import load_registry
from data_validator.validation import Validator
from data_validator.verdict import Document
from shared.arrival import Arrival
from shared.runtime_contract import load_contract as load_packed
from shared.tokens import Tokens
from tests.unit.data_validator.validator_fakes import BRONZE, QUARANTINE, SILVER, FakeS3

KEY = b"k" * 64
QUARANTINED = "quarantined_rows"
MAX_BYTES = 1 << 30


def package(folder: Path, sources: Sequence[Source] = SOURCES, contracts: Mapping[str, bytes] | None = None) -> Path:
    """The folder as it is packed beside the code; ``contracts`` are others than those of this checkout."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sources.json").write_bytes(validator_document(sources))
    names = [str(source.contract) for source in file_sources(sources)]
    for name in [*names, QUARANTINED]:
        packed = (contracts or {}).get(name) or runtime_document(load_contract(name))
        (folder / f"{name}.json").write_bytes(packed)
    return folder


def contract_document(name: str, columns: Sequence[Mapping[str, Any]], **rest: Any) -> bytes:
    """A small contract in the packed form, with the columns that every table of files ends with."""
    origin = [
        {"name": "_source_file", "type": "string"},
        {"name": "_source_line", "type": "int"},
        {"name": "_file_sha256", "type": "string"},
        {"name": "_arrival_ts", "type": "timestamp"},
    ]
    given = [{"required": False, **column} for column in columns if not column.get("partition")]
    partitions = [{"required": True, **column} for column in columns if column.get("partition")]
    ending = [{**column, "required": True} for column in origin]
    return json.dumps({"name": name, "version": "1.0.0", "columns": [*given, *ending, *partitions], **rest}).encode()


@dataclass
class World:
    """A validator over a fake S3."""

    s3: FakeS3
    validator: Validator

    def land(self, key: str, body: bytes) -> Document:
        """Put a file and validate it."""
        return self.validate(self.s3.land(key, body))

    def validate(self, arrival: Arrival) -> Document:
        return self.validator.validate(arrival, lambda *_: None)

    def rows(self, zone: str = SILVER, *, below: str = "") -> list[dict[str, Any]]:
        """All rows below a prefix, in the order of files and lines."""
        rows: list[dict[str, Any]] = []
        for key, body in sorted(self.s3.written(zone).items()):
            if key.startswith(below):
                relation = duckdb.from_arrow(read_parquet(io.BytesIO(body)).read_all())
                rows += [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]
        return rows

    def quarantined(self) -> list[tuple[int, str]]:
        """Line and reason of each row that was set aside."""
        return sorted((row["line"], row["reason"]) for row in self.rows(QUARANTINE))


def world(folder: Path, *, s3: FakeS3 | None = None, max_bytes: int = MAX_BYTES) -> World:
    """A validator with the packed documents of ``folder``."""
    s3 = s3 or FakeS3()
    client: Any = s3
    lake = Lake(client, {"bronze": BRONZE, "silver": SILVER, "quarantine": QUARANTINE})
    quarantine = load_packed(folder, QUARANTINED)
    registry = load_registry(folder)
    return World(s3, Validator(registry, quarantine, Tokens(KEY), s3=client, lake=lake, max_bytes=max_bytes))
