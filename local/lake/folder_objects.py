"""A bucket as a folder: what a job does to objects, without any AWS."""

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import md5
from pathlib import Path

from lib.objects import StoredObject


class FolderObjects:
    """`Objects` in a folder, where Spark reads and writes too. The checksums Hadoop lays beside are no objects."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def url(self, key: str) -> str:
        return str(self.folder / key)

    def listed(self, prefix: str) -> list[StoredObject]:
        # Unlike Path.rglob, os.walk goes on if a folder is gone meanwhile: other runs write and clear beside this one.
        walked = os.walk(self.folder / prefix.rpartition("/")[0])
        paths = (Path(place, name) for place, _, names in walked for name in names if not name.endswith(".crc"))
        keys = {str(path.relative_to(self.folder)): path for path in paths}
        found = (_stored(key, keys[key]) for key in sorted(keys) if key.startswith(prefix))
        return [stored for stored in found if stored]

    def read(self, key: str) -> bytes | None:
        path = self.folder / key
        return path.read_bytes() if path.is_file() else None

    def create(self, key: str, body: bytes) -> bool:
        if (self.folder / key).exists():
            return self.read(key) == body
        self.write(key, body)
        return True

    def write(self, key: str, body: bytes) -> None:
        path = self.folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)

    def delete(self, keys: Iterable[str]) -> None:
        for key in keys:
            (self.folder / key).unlink(missing_ok=True)


def _stored(key: str, path: Path) -> StoredObject | None:
    try:
        state, content = path.stat(), path.read_bytes()
    except FileNotFoundError:
        return None
    digest = md5(content, usedforsecurity=False).hexdigest()
    modified = datetime.fromtimestamp(state.st_mtime, tz=UTC)
    return StoredObject(key=key, size=state.st_size, etag=digest, modified=modified)
