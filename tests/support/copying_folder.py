"""A bucket as a folder in which objects can be copied; it can be made to fail after so many changes."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from local.lake.folder_objects import FolderObjects


class PowerCutError(Exception):
    """When the test has cut the job off."""


class CopyingFolder(FolderObjects):
    """`CopyingObjects` in a folder. ``changes_left`` None: nothing is cut off."""

    def __init__(self, folder: Path, *, changes_left: int | None = None) -> None:
        super().__init__(folder)
        self.changes_left = changes_left
        self.metadata: dict[str, Mapping[str, str]] = {}

    def copy(self, source: str, target: str, *, metadata: Mapping[str, str]) -> None:
        body = self.read(source)
        if body is None:
            raise FileNotFoundError(source)
        self.write(target, body)
        self.metadata[target] = metadata

    def write(self, key: str, body: bytes) -> None:
        self._change()
        super().write(key, body)

    def delete(self, keys: Iterable[str]) -> None:
        for key in keys:
            self._change()
            super().delete([key])

    def _change(self) -> None:
        if self.changes_left is not None:
            if self.changes_left == 0:
                raise PowerCutError
            self.changes_left -= 1
