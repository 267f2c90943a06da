"""The lock on a state: an object beside it that Terraform makes when it starts and removes when it ends.

A killed Terraform leaves it, and so does one that never heard that its lock was granted. Releasing it while its holder
still writes would corrupt the state, so `reasons_to_wait` says what speaks for a living holder. Only of our own
processes on this machine can we know that they are gone; of every other holder, age is all there is.
"""

import json
import os
import pwd
import re
import socket
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

STALE_AFTER = timedelta(minutes=30)
# Terraform saves the state about every 20 seconds while it applies.
RECENT_WRITE = timedelta(minutes=5)
CLOCK_TOLERANCE = timedelta(seconds=2)
PROGRAMS = ("terraform", "tofu")
# What Linux calls the process list that holds every process of the machine; a container has one of its own.
PROCESS_LIST, WHOLE = Path("/proc/self/ns/pid"), "pid:[4026531836]"
ELAPSED = re.compile(r"(?:(?:(\d+)-)?(\d+):)?(\d+):(\d+)")


@dataclass(frozen=True, kw_only=True)
class Lock:
    """Who locked which state when; ``who`` is user@host."""

    id: str
    who: str
    operation: str
    created: datetime
    path: str

    @property
    def host(self) -> str:
        return self.who.rpartition("@")[2]


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What is known at the moment of asking. ``who`` asks, as Terraform would call it.

    ``terraforms`` are the ages of those that run on this machine; ``sees_all`` is False where some may be hidden.
    """

    now: datetime
    who: str
    terraforms: Sequence[timedelta]
    state_written: datetime | None
    sees_all: bool = True

    @property
    def host(self) -> str:
        return self.who.rpartition("@")[2]


def parse_lock(text: str) -> Lock:
    """From the object's JSON."""
    content = json.loads(text)
    return Lock(
        id=content["ID"],
        who=content["Who"],
        operation=content["Operation"],
        created=datetime.fromisoformat(content["Created"]),
        path=content["Path"],
    )


def reasons_to_wait(lock: Lock, seen: Surroundings) -> list[str]:
    """Why the holder may be alive; empty when the lock is stale by all that can be known."""
    age = seen.now - lock.created
    runs_here = lock.host == seen.host and any(each >= age - CLOCK_TOLERANCE for each in seen.terraforms)
    if lock.who == seen.who and seen.sees_all and not runs_here:
        return []  # it was ours, and nothing of ours is as old
    reasons = []
    if age < STALE_AFTER:
        reasons.append(f"it is {spoken(age)} old, and an apply may well take {spoken(STALE_AFTER)}")
    if runs_here:
        reasons.append("a terraform that was started before it still runs on this machine")
    if seen.state_written and seen.state_written > lock.created and seen.now - seen.state_written < RECENT_WRITE:
        reasons.append(f"its state was written {spoken(seen.now - seen.state_written)} ago")
    return reasons


def describe(lock: Lock, seen: Surroundings) -> str:
    """Holder and age, for a person."""
    where = "this machine" if lock.host == seen.host else "another machine"
    age = spoken(seen.now - lock.created)
    return f"{lock.path} is locked by {lock.who} ({where}) for {lock.operation}, for {age} (lock {lock.id})"


def surroundings(*, state_written: datetime | None) -> Surroundings:
    """As they are now, on this machine."""
    ps = ["ps", "-eo", "etime=,comm="]
    listed = subprocess.run(ps, capture_output=True, text=True, check=True).stdout
    return Surroundings(
        now=datetime.now(UTC),
        who=f"{pwd.getpwuid(os.getuid()).pw_name}@{socket.gethostname()}",
        terraforms=ages(listed),
        state_written=state_written,
        sees_all=not PROCESS_LIST.exists() or str(PROCESS_LIST.readlink()) == WHOLE,
    )


def ages(listed: str) -> list[timedelta]:
    """How long each terraform in a list of ``ps`` has been running."""
    rows = [line.split(maxsplit=1) for line in listed.splitlines()]
    return [elapsed(row[0]) for row in rows if len(row) == 2 and row[1].rpartition("/")[2].strip() in PROGRAMS]


def elapsed(text: str) -> timedelta:
    """``[[days-]hours:]minutes:seconds`` as ``ps`` writes it."""
    match = ELAPSED.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not [[days-]hours:]minutes:seconds")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def spoken(span: timedelta) -> str:
    """``2 h 5 min``, ``12 min`` or ``40 s``."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
