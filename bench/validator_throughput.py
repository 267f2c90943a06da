"""Rows per second and core of the data_validator, against checking a file as it is usually written.

In: files made here from a seed, a CSV and one of JSON lines. Out: medians and their ratio, and how long a file of 1 GB
takes, as a dict and as `build/bench/validator_throughput.json`. Measured is one file from arrival to verdict, S3 a dict
in memory, in CPU seconds; ours reads it twice and holds no more than a part of it, the other side once and all of it.
"""

import gc
import io
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from bench import plain_validator, results
from config.sources import SOURCES, file_sources, validator_document
from contracts import load_contract, runtime_document

FUNCTIONS = Path(__file__).resolve().parent.parent / "lambda_src"
KEY = b"k" * 64
ROWS = {"crm_customers": 60_000, "crm_users": 12_000}
ARRIVED = datetime(2026, 11, 23, tzinfo=UTC)
GB = 1024**3
HEADER = (
    "CustomerKey,Prefix,FirstName,LastName,BirthDate,MaritalStatus,Gender,EmailAddress,AnnualIncome,TotalChildren,"
    "EducationLevel,Occupation,HomeOwner"
)

Side = Callable[[str, bytes], tuple[int, int]]


def measure(rounds: int = 5) -> dict[str, object]:
    """Time both sides `rounds` times on files of both kinds."""
    if rounds < 1:
        raise ValueError(f"bench.validator_throughput: {rounds} rounds measure nothing; give at least 1")
    with tempfile.TemporaryDirectory() as folder:
        sides: dict[str, Side] = {"ours": validator(Path(folder)), "plain": plain}
        csv_file = _kind("crm_customers", customers, sides, rounds)
        json_file = _kind("crm_users", users, sides, rounds)
    return {
        "rounds": rounds,
        "csv": csv_file,
        "json_lines": json_file,
        "python": sys.version.split()[0],
        "cores": os.cpu_count() or 1,
    }


def validator(folder: Path) -> Side:
    """The function's own code, imported as in its package, with the contracts and sources of this checkout."""
    sys.path.insert(0, str(FUNCTIONS))
    try:
        from data_validator.lake import Lake  # noqa: PLC0415
        from data_validator.registry import load_registry  # noqa: PLC0415
        from data_validator.validation import Validator  # noqa: PLC0415
        from shared.arrival import Arrival  # noqa: PLC0415  the path is known by now only
        from shared.runtime_contract import load_contract as load_packed  # noqa: PLC0415
        from shared.tokens import Tokens  # noqa: PLC0415
    finally:
        sys.path.remove(str(FUNCTIONS))

    (folder / "sources.json").write_bytes(validator_document(SOURCES))
    for name in [*(str(source.contract) for source in file_sources(SOURCES)), "quarantined_rows"]:
        (folder / f"{name}.json").write_bytes(runtime_document(load_contract(name)))

    s3: Any = _OneFile()
    lake = Lake(s3, {"bronze": "b", "silver": "s", "quarantine": "q"})
    rejected = load_packed(folder, "quarantined_rows")
    made = Validator(load_registry(folder), rejected, Tokens(KEY), s3=s3, lake=lake, max_bytes=GB)

    def validate(source: str, body: bytes) -> tuple[int, int]:
        s3.hold(body)
        arrival = Arrival(bucket="b", key=f"{source}/a", etag=s3.etag, version_id=None, size=len(body))
        counts = made.validate(arrival, lambda *_: None)["rows"]
        return counts["stored"], counts["quarantined"]

    return validate


def plain(source: str, body: bytes) -> tuple[int, int]:
    """The other side's answer."""
    read = {"crm_customers": plain_validator.customers, "crm_users": plain_validator.users}[source]
    stored, bad, _ = read(body, KEY)
    return stored, bad


def customers(count: int, seed: int) -> bytes:
    """A CSV of so many customers, one of a hundred with a wrong gender."""
    dice = random.Random(seed)  # noqa: S311  rows to measure with, nothing secret
    lines = [HEADER]
    for number in range(1, count + 1):
        gender = "X" if number % 100 == 0 else dice.choice("MF")
        born = f"{dice.randrange(1, 13)}/{dice.randrange(1, 29)}/{dice.randrange(1920, 2000)}"
        lines.append(
            f"{number},MR.,NAME{dice.randrange(1_000)},SURNAME{dice.randrange(5_000)},{born},M,{gender},"
            f'someone{number}@example.com,"${dice.randrange(10, 200)},000 ",{dice.randrange(5)},Bachelors,Clerical,Y'
        )
    return "\n".join(lines).encode("utf-8-sig")


def users(count: int, seed: int) -> bytes:
    """JSON lines of so many users, one of a hundred with a wrong gender."""
    dice = random.Random(seed)  # noqa: S311
    return b"".join(json.dumps(_user(number, dice)).encode() + b"\n" for number in range(1, count + 1))


def _user(number: int, dice: random.Random) -> dict[str, Any]:
    return {
        "id": str(number),
        "selectable_user": True,
        "gender": "X" if number % 100 == 0 else dice.choice("MF"),
        "first_name": f"Name{dice.randrange(1_000)}",
        "last_name": f"Surname{dice.randrange(5_000)}",
        "email": f"someone{number}@example.com",
        "age": dice.randrange(18, 90),
        "name": f"Name{dice.randrange(1_000)} Surname{dice.randrange(5_000)}",
        "username": f"user{number}",
        "persona": dice.choice(["furniture_homedecor", "tools_housewares", "books_apparel"]),
        "discount_persona": dice.choice(["all_discounts", "lower_priced_products"]),
        "traits": {},
        "platforms": {
            "ios": {"anonymous_id": f"{dice.getrandbits(128):032x}", "model": "iPad", "version": "9_3_6"},
            "android": {"anonymous_id": f"{dice.getrandbits(128):032x}", "version": "7.0"},
        },
        "addresses": [{"address1": f"{number} High Street", "country": "US", "city": "Hilo", "state": "HI"}],
    }


class _OneFile:
    """S3 with one file in it; what is put is thrown away."""

    def hold(self, body: bytes) -> None:
        self._body = body
        self.etag = sha256(body).hexdigest()

    def get_object(self, *, Range: str, **_options: Any) -> dict[str, Any]:  # noqa: N803  boto3's name
        first, last = map(int, Range.removeprefix("bytes=").split("-"))
        piece = self._body[first : last + 1]
        return {
            "Body": io.BytesIO(piece),
            "ContentLength": len(piece),
            "ContentRange": f"bytes 0-0/{len(self._body)}",
            "LastModified": ARRIVED,
            "ETag": self.etag,
        }

    def list_objects_v2(self, **_options: Any) -> dict[str, int]:
        return {"KeyCount": 0}

    def put_object(self, **_options: Any) -> None:
        return None


def _kind(source: str, make: Callable[[int, int], bytes], sides: dict[str, Side], rounds: int) -> dict[str, object]:
    count = ROWS[source]
    speeds: dict[str, list[float]] = {side: [] for side in sides}
    answers: set[tuple[int, int]] = set()
    for turn in range(rounds + 1):
        body = make(count, turn)
        for side, check in sides.items():
            gc.collect()
            started = time.process_time()
            answers.add(check(source, body))
            if turn > 0:
                speeds[side].append(count / (time.process_time() - started))
        print(f"validator_throughput {source}, round {turn}/{rounds}", file=sys.stderr, flush=True)
    ours, other = (statistics.median(speeds[side]) for side in ("ours", "plain"))
    return {
        "rows": count,
        "bytes_per_row": round(len(body) / count),
        "rows_per_second_and_core": round(ours),
        "plain_rows_per_second_and_core": round(other),
        "ratio": round(ours / other, 2),
        "seconds_for_1_gb": round(GB / (len(body) / count) / ours),
        "same_counts": len(answers) == 1,
        "every_round": [round(speed) for speed in speeds["ours"]],
        "plain_every_round": [round(speed) for speed in speeds["plain"]],
    }


def main() -> None:
    result = measure()
    path = results.write("validator_throughput", result)
    print(results.table({"validator_throughput": result}))
    print(f"\n{path}")


if __name__ == "__main__":
    main()
