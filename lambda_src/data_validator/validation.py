"""One file from its arrival to its verdict: an `Arrival` in, the verdict's document out.

Read once to check, and if it is accepted once more to store. Its parts are held back until both readings agree, for
rows can be read as soon as they are written; then come the parts, and the verdict last. Whatever breaks in between, the
message comes again, and the same parts and the same verdict are written over what is there.
"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from data_validator.held_parts import HeldParts
from data_validator.inspection import FileRules, Findings
from data_validator.keys import KeyBook
from data_validator.lake import Lake
from data_validator.registry import Registry, Source
from data_validator.row_checks import RowChecks
from data_validator.set_aside import RowMask
from data_validator.storing import FileWriter, Tables, UnstableFileError, tables
from data_validator.verdict import Document, File, as_repeat, stands, verdict_on
from shared.arrival import Arrival
from shared.collector import collector_paused
from shared.object_bytes import ObjectBytes
from shared.runtime_contract import Contract
from shared.tokens import Tokens

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class StillTime(Protocol):
    """Raises if it is too late: ``done`` of ``size`` bytes are read, and ``held`` bytes wait to be written."""

    def __call__(self, done: int, size: int, held: int = 0, /) -> None: ...


class Validator:
    """Validates files under one registry and one masking key; ``max_bytes`` bounds a file when it is unpacked."""

    def __init__(
        self, registry: Registry, quarantine: Contract, tokens: Tokens, *, s3: "S3Client", lake: Lake, max_bytes: int
    ) -> None:
        self._registry, self._s3, self._lake = registry, s3, lake
        self._rules: dict[str, FileRules] = {}
        self._tables: dict[str, Tables] = {}
        for name, source in registry.sources.items():
            checks = RowChecks(source.contract, source.format, tokens)
            self._rules[name] = FileRules(source, checks, max_bytes=max_bytes)
            self._tables[name] = tables(source.contract, quarantine, RowMask(source, tokens))

    def validate(self, arrival: Arrival, still_time: StillTime) -> Document:
        """The verdict, written; of a content that has one already, that one, with nothing written."""
        source = self._registry.source_of(arrival.key)
        with collector_paused():
            return self._validate(arrival, source, still_time)

    def _validate(self, arrival: Arrival, source: Source, still_time: StillTime) -> Document:
        book = KeyBook(source.contract.key)
        file, findings = self._inspect(arrival, source, book, still_time)
        earlier = self._lake.verdict(source.name, file.sha256)
        if earlier and stands(earlier, source):
            return _told_of(earlier, arrival)
        keys = {} if findings.refusal else self._store(file, findings, book, still_time)
        document = verdict_on(file, findings, keys=keys, now=datetime.now(UTC))
        return _told_of(self._lake.keep_verdict(document, instead_of=earlier), arrival)

    def _inspect(self, arrival: Arrival, source: Source, book: KeyBook, still_time: StillTime) -> tuple[File, Findings]:
        raw = ObjectBytes(self._s3, arrival, still_time=still_time)
        findings = self._rules[source.name].inspect(raw, arrival.key, book)
        raw.drain()
        facts = raw.facts
        file = File(arrival=arrival, source=source, sha256=raw.sha256, size=facts.size, modified=facts.modified)
        return file, findings

    def _store(self, file: File, findings: Findings, book: KeyBook, still_time: StillTime) -> dict[str, list[str]]:
        name = file.source.name
        with HeldParts() as held:
            raw = ObjectBytes(self._s3, file.arrival, still_time=lambda done, size: still_time(done, size, held.bytes))
            writer = FileWriter(file, self._tables[name], held.hold)
            keys = writer.store(self._rules[name], raw, book, findings)
            raw.drain()
            if raw.sha256 != file.sha256:
                raise UnstableFileError(f"{file.arrival.key}: the second reading found other bytes than the first")
            still_time(file.size, file.size, held.bytes)
            held.publish(self._lake.write)
        return dict(keys)


def _told_of(document: Document, arrival: Arrival) -> Document:
    """The verdict as it is, or as a repeat if it was given on another arrival."""
    same = (document["file"], document["version_id"]) == (arrival.key, arrival.version_id)
    return document if same else as_repeat(document, arrival)
