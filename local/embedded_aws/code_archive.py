"""The zip files behind the `Location` of a function's code and of a layer's content.

In: the bytes moto keeps, when somebody asks for a location. Out: a URL of this server that answers with those bytes,
as AWS answers a presigned URL. It holds what was asked for until the process ends, so an issued URL never goes stale.
"""

import hashlib

CODE_PATH = "/_embedded_aws/code/"

_archive: dict[str, bytes] = {}


def archive_code(code: bytes) -> str:
    """Keep `code` and return its path on this server; equal code has the same path."""
    path = f"{CODE_PATH}{hashlib.sha256(code).hexdigest()}"
    _archive[path] = code
    return path


def archived_code(path: str) -> bytes | None:
    return _archive.get(path)
