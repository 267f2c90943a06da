"""A bucket as a folder: what a job does to objects, without any AWS."""

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
        paths = (path for path in self.folder.rglob("*") if path.is_file() and not path.name.endswith(".crc"))
        keys = {str(path.relative_to(self.folder)): path for path in paths}
        return [_stored(key, keys[key]) for key in sorted(keys) if key.startswith(prefix)]

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


def _stored(key: str, path: Path) -> StoredObject:
    state = path.stat()
    digest = md5(path.read_bytes(), usedforsecurity=False).hexdigest()
    modified = datetime.fromtimestamp(state.st_mtime, tz=UTC)
    return StoredObject(key=key, size=state.st_size, etag=digest, modified=modified)
