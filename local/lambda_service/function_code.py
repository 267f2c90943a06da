"""Fetches the zip of a function or a layer, compares it with the hash that was deployed, and unpacks it.

In: the download address and CodeSha256 that Lambda reports. Out: a folder, made once per hash.
"""

import hashlib
import io
import shutil
import urllib.error
import urllib.request
import uuid
import zipfile
from base64 import b64decode, b64encode
from pathlib import Path

# The machine's proxy does not know the embedded AWS.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
DOWNLOAD_SECONDS = 60


class CodeUnavailableError(Exception):
    """When a function cannot be invoked because its code or configuration cannot be had; Lambda tries again later."""


def hash_in_path(code_sha256: str) -> str:
    """The hash as part of a path; base64 has slashes in it."""
    return b64decode(code_sha256).hex()


def unpacked(*, url: str, code_sha256: str, into: Path) -> Path:
    """`into`, holding the content of the zip; an existing folder is kept, because its name carries the hash."""
    if into.is_dir():
        return into
    content = _download(url)
    found = b64encode(hashlib.sha256(content).digest()).decode()
    if found != code_sha256:
        raise CodeUnavailableError(
            f"{url}: the zip has the SHA-256 {found}, deployed was {code_sha256}; deploy it again"
        )
    into.parent.mkdir(parents=True, exist_ok=True)
    staging = into.with_name(f"{into.name}.{uuid.uuid4().hex}.part")
    try:
        _unzip(content, staging, url)
        staging.rename(into)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return into


def _download(url: str) -> bytes:
    if not url.startswith(("http://", "https://")):
        raise CodeUnavailableError(
            f"{url!r} is not an address to download code from; the embedded AWS must serve it by HTTP"
        )
    try:
        with _OPENER.open(url, timeout=DOWNLOAD_SECONDS) as answer:
            content: bytes = answer.read()
    except (urllib.error.URLError, OSError) as error:
        raise CodeUnavailableError(f"{url}: the code cannot be downloaded: {error}") from error
    return content


def _unzip(content: bytes, folder: Path, url: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            archive.extractall(folder)
    except zipfile.BadZipFile as error:
        raise CodeUnavailableError(f"{url}: what was deployed is not a zip file: {error}") from error
