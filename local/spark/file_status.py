"""What WebHDFS says about files, as JSON: paths and sizes in, the documents that Hadoop's client reads out.

https://hadoop.apache.org/docs/r3.3.4/hadoop-project-dist/hadoop-hdfs/WebHDFS.html
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

BLOCK_BYTES = 128 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A file, or with ``size`` None a directory. ``name`` is the last part of its path, empty if it was asked for."""

    name: str = ""
    size: int | None = None
    modified_ms: int = 0

    @property
    def is_directory(self) -> bool:
        return self.size is None


def file_status(entry: Entry) -> dict[str, Any]:
    return {
        "pathSuffix": entry.name,
        "type": "DIRECTORY" if entry.is_directory else "FILE",
        "length": entry.size or 0,
        "owner": "s3",
        "group": "s3",
        "permission": "755" if entry.is_directory else "644",
        "accessTime": 0,
        "modificationTime": entry.modified_ms,
        "blockSize": 0 if entry.is_directory else BLOCK_BYTES,
        "replication": 0 if entry.is_directory else 1,
        "childrenNum": 0,
        "fileId": 0,
        "storagePolicy": 0,
    }


def file_statuses(entries: Sequence[Entry]) -> dict[str, Any]:
    return {"FileStatuses": {"FileStatus": [file_status(entry) for entry in entries]}}


def located_blocks(size: int) -> dict[str, Any]:
    """The answer to GET_BLOCK_LOCATIONS: one block that lies nowhere in particular, so that Spark may read anywhere."""
    blocks = [_block(size)] if size else []
    return {
        "LocatedBlocks": {
            "fileLength": size,
            "isUnderConstruction": False,
            "isLastBlockComplete": True,
            "locatedBlocks": blocks,
            "lastLocatedBlock": blocks[0] if blocks else None,
        }
    }


def block_locations(size: int) -> dict[str, Any]:
    """The same for GETFILEBLOCKLOCATIONS, which newer clients ask."""
    nowhere: dict[str, list[str]] = {
        name: [] for name in ("hosts", "names", "cachedHosts", "topologyPaths", "storageIds", "storageTypes")
    }
    blocks = [{"offset": 0, "length": size, "corrupt": False, **nowhere}] if size else []
    return {"BlockLocations": {"BlockLocation": blocks}}


def content_summary(entries: Sequence[Entry]) -> dict[str, Any]:
    """How many files there are, and their bytes; ``entries`` are all of them, at any depth."""
    size = sum(entry.size or 0 for entry in entries)
    files = sum(not entry.is_directory for entry in entries)
    return {
        "ContentSummary": {
            "directoryCount": len(entries) - files,
            "fileCount": files,
            "length": size,
            "quota": -1,
            "spaceConsumed": size,
            "spaceQuota": -1,
        }
    }


def remote_exception(java_class: str, message: str) -> dict[str, Any]:
    """An error, named by the Java class that the client shall raise."""
    name = java_class.rpartition(".")[2]
    return {"RemoteException": {"exception": name, "javaClassName": java_class, "message": message}}


def _block(size: int) -> dict[str, Any]:
    return {
        "block": {"blockPoolId": "s3", "blockId": 0, "numBytes": size, "generationStamp": 0},
        "startOffset": 0,
        "isCorrupt": False,
        "locations": [],
        "cachedLocations": [],
        "storageTypes": [],
        "blockToken": {"urlString": "AAAAAA"},
    }
