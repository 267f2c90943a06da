"""What compaction made of which objects: its names, and the manifests that say what is inside.

``_compaction/<key of the object>.json`` names the objects whose rows it holds. It is written after the object and
before those are deleted; an object without one is left over from a run that was cut off, and all its rows still lie
elsewhere.
"""

import json
import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256

from lib.objects import Objects, StoredObject

FOLDER = "_compaction/"
# After what functions write, whose names begin with a shard or a digest, and a later generation after an earlier one: a
# list is made page by page, and whoever finds an object deleted finds what replaced it further on.
NAME = re.compile(r"z-compacted-(\d{4})-([0-9a-f]{32})\.parquet")
AT_ONCE = 16


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """One object that compaction wrote: what it was made of, and what these were made of in turn."""

    inputs: Sequence[StoredObject]
    originals: Sequence[StoredObject]
    rows: int

    def document(self) -> bytes:
        """The same for the same objects."""
        listed = {"inputs": self.inputs, "originals": self.originals}
        found = {name: [[item.key, item.size, item.etag] for item in items] for name, items in listed.items()}
        return json.dumps({"rows": self.rows, **found}, sort_keys=True).encode()


def manifest(objects: Objects, key: str) -> Manifest | None:
    """The manifest of a compacted object; None if it was cut off."""
    document = objects.read(manifest_key(key))
    if document is None:
        return None
    read = json.loads(document)
    return Manifest(inputs=_stored(read["inputs"]), originals=_stored(read["originals"]), rows=read["rows"])


def manifests(objects: Objects, found: Iterable[StoredObject]) -> dict[str, Manifest | None]:
    """By key the manifests of those that compaction made; None for what was cut off."""
    made = [item.key for item in found if generation(item.key)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(made, pool.map(lambda key: manifest(objects, key), made), strict=True))


def manifest_key(key: str) -> str:
    """Where the manifest of an object lies."""
    return f"{FOLDER}{key}.json"


def generation(key: str) -> int:
    """How often rows of the object have been compacted; 0: never."""
    match = NAME.fullmatch(key.rpartition("/")[2])
    return int(match[1]) if match else 0


def compacted_key(folder: str, inputs: Sequence[StoredObject]) -> str:
    """The name of what is made of ``inputs``: the same for the same objects. ``folder`` ends with a slash."""
    digest = sha256("\n".join(sorted(f"{item.key}\t{item.etag}" for item in inputs)).encode()).hexdigest()[:32]
    number = 1 + max(generation(item.key) for item in inputs)
    return f"{folder}z-compacted-{number:04d}-{digest}.parquet"


def originals(objects: Objects, found: Iterable[StoredObject]) -> list[StoredObject]:
    """The objects as they were written first, each once, whatever compaction has made of them since.

    So a list does not change by compaction alone. What has no manifest holds rows of others that are listed too.
    """
    listed = list(found)
    inside = [original for each in manifests(objects, listed).values() if each for original in each.originals]
    return list(
        {(item.key, item.etag): item for item in [*inside, *(i for i in listed if not generation(i.key))]}.values()
    )


def _stored(entries: Sequence[Sequence[str | int]]) -> list[StoredObject]:
    return [StoredObject(key=str(key), size=int(size), etag=str(etag)) for key, size, etag in entries]
