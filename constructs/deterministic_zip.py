"""Files in, zip out: the same files give the same bytes, whatever the clock, the umask or the machine."""

import base64
import hashlib
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

# The earliest moment a zip can name; mode 0644, regular file.
EPOCH = (1980, 1, 1, 0, 0, 0)
MODE = 0o100644 << 16


def write_zip(path: Path, files: Mapping[str, bytes]) -> Path:
    """Writes ``{name in the zip: content}``; a reader never sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}-{id(files)}.tmp")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = MODE
            archive.writestr(info, files[name])
    return unfinished.replace(path)


def folder_files(folder: Path) -> dict[str, bytes]:
    """Every file below ``folder`` by its relative name, without compiled Python: its bytes differ from run to run."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.parent.name != "__pycache__" and path.suffix != ".pyc"
    }


def sha256_base64(path: Path) -> str:
    """The digest as Lambda states it (CodeSha256)."""
    return base64.b64encode(hashlib.sha256(path.read_bytes()).digest()).decode()
