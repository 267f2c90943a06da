"""Files of the registered sources through the platform: a folder of folders in, what became of each file out."""

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError

from config.naming import bucket_name, physical_name
from config.source import Source
from config.sources import SOURCES
from local.demo.flow import StalledError
from local.demo.platform import ENV, Platform
from local.lambda_service.aws_clients import aws_client
from local.lambda_service.drained import is_queue_drained
from local.progress import Progress
from local.report.landed import Landed

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LOG_QUEUE = physical_name(ENV, "web-logs")
PATIENCE_SECONDS, LOOK_SECONDS = 180.0, 0.3
T = TypeVar("T")


def land_files(platform: Platform, folder: Path) -> list[Landed]:
    """Puts ``folder/<source>/<file>`` into bronze and waits for each verdict; ValueError names what is no source."""
    files = _files(folder)
    s3: S3Client = aws_client("s3", endpoint=platform.aws.endpoint, region=ENV.region)
    with Progress("landing", total=len(files), unit="files") as shown:
        for source, path in files:
            s3.upload_file(str(path), bucket_name(ENV, "bronze"), f"{source.prefix}{path.name}")
            shown.advance()
    with Progress("validating", total=len(files), unit="files") as shown:
        landed = []
        for source, path in files:
            landed.append(_judged(s3, source, path) if source.kind == "file" else _forwarded(platform, source, path))
            shown.advance()
    return landed


def _files(folder: Path) -> Sequence[tuple[Source, Path]]:
    known = {source.name: source for source in SOURCES if source.kind in ("file", "log")}
    if not folder.is_dir():
        raise ValueError(f"{folder} is no folder; give one with a folder per source: {', '.join(known)}")
    unknown = sorted(path.name for path in folder.iterdir() if path.name not in known)
    if unknown:
        raise ValueError(f"{folder}: {', '.join(unknown)} is no source; there are: {', '.join(known)}")
    found = [(source, path) for name, source in known.items() for path in sorted((folder / name).glob("*"))]
    if not found:
        raise ValueError(f"{folder}: no files; put them into folders called like their source: {', '.join(known)}")
    return found


def _judged(s3: "S3Client", source: Source, path: Path) -> Landed:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    key = f"_verdicts/{source.name}/{digest}.json"
    verdict = _awaited(lambda: _read(s3, key), f"the verdict on {source.name}/{path.name}")
    rows = verdict["rows"]
    return Landed(
        source=source.name,
        file=path.name,
        outcome=verdict["outcome"],
        read=rows["read"],
        stored=rows["stored"],
        quarantined=rows["quarantined"],
        why=f"by its {verdict['refused_by']}" if verdict["refused_by"] else None,
    )


def _forwarded(platform: Platform, source: Source, path: Path) -> Landed:
    endpoint = platform.aws.endpoint
    _awaited(lambda: is_queue_drained(endpoint, LOG_QUEUE) or None, f"the lines of {source.name}/{path.name}")
    return Landed(source=source.name, file=path.name, outcome="forwarded")


def _awaited(look: Callable[[], T | None], what: str) -> T:
    until = time.monotonic() + PATIENCE_SECONDS
    while (found := look()) is None:
        if time.monotonic() > until:
            raise StalledError(f"{what} did not come for {PATIENCE_SECONDS:.0f} s; see the log of the embedded AWS")
        time.sleep(LOOK_SECONDS)
    return found


def _read(s3: "S3Client", key: str) -> dict[str, Any] | None:
    try:
        body = s3.get_object(Bucket=bucket_name(ENV, "bronze"), Key=key)["Body"].read()
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") == "NoSuchKey":
            return None
        raise
    document: dict[str, Any] = json.loads(body)
    return document
