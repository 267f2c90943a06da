"""Run as a program: validates one generated file through a fake S3 that keeps neither the file nor what is written.

In: the size in MB and the share of bad rows. Out: one line of JSON: sizes, counts, the peak of memory before and after.
"""

import io
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shared.arrival import Arrival
from tests.support.peak_memory import peak_mb
from tests.unit.data_validator.validator_fakes import ARRIVED, BRONZE, FakeS3
from tests.unit.data_validator.validator_world import world
from tests.unit.data_validator.visit_files import GOOD, csv_file, row, rows, visit_world, visits

MB = 1024 * 1024


class FileOnDisk(FakeS3):
    """Ranges of one file; what is put is counted and let go, but for verdicts."""

    path: Path

    def get_object(self, **options: Any) -> dict[str, Any]:
        if not options["Key"].startswith("visits/"):
            return super().get_object(**options)
        first, _, last = options["Range"].removeprefix("bytes=").partition("-")
        size = self.path.stat().st_size
        length = min(int(last) + 1, size) - int(first)
        return {
            "Body": _Window(self.path, int(first), length),
            "ContentLength": length,
            "ContentRange": f"bytes {first}-{int(first) + length - 1}/{size}",
            "LastModified": ARRIVED,
            "ETag": '"x"',
        }

    def put_object(self, **options: Any) -> None:
        if options["Key"].startswith("_verdicts/"):
            super().put_object(**options)


class _Window(io.RawIOBase):
    def __init__(self, path: Path, first: int, length: int) -> None:
        super().__init__()
        self._file, self._left = path.open("rb"), length
        self._file.seek(first)

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(min(self._left, size))
        self._left -= len(piece)
        return piece


def lines(size: int, bad_share: float) -> Iterator[bytes]:
    every = round(1 / bad_share) if bad_share else 0
    written, number = 0, 0
    yield csv_file()
    while written < size:
        number += 1
        code = "??" if every and number % every == 0 else "AB12"
        values = {**GOOD, "id": str(number), "email": f"jane.{number}@example.org", "code": code}
        line = ",".join(f'"{value}"' for value in values.values()).encode() + b"\n"
        written += len(line)
        yield line


def main(megabytes: int, bad_share: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        visits_world = visit_world(Path(folder), visits(error_threshold=0.9))
        s3 = FileOnDisk()
        s3.path = Path(folder) / "file.csv"
        with s3.path.open("wb") as file:
            file.writelines(lines(megabytes * MB, bad_share))
        again = world(Path(folder) / "contracts", s3=s3)
        # A small file first: what every file needs is not what this one needs.
        visits_world.land("visits/small.csv", csv_file(*rows(100), row(id="101", code="??")))
        before = peak_mb()
        size = s3.path.stat().st_size
        verdict = again.validate(Arrival(bucket=BRONZE, key="visits/a.csv", etag="x", version_id=None, size=size))
        after = peak_mb()
    print(
        json.dumps(
            {
                "file_mb": size / MB,
                "before_mb": before,
                "after_mb": after,
                "rows": verdict["rows"],
                "outcome": verdict["outcome"],
            }
        )
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
