"""How much memory the service and its functions hold while they work: processes in, samples and their slope out."""

import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

SAMPLE_SECONDS = 2.0
# What a process loads and caches at first is no growth.
WARM_UP_SHARE = 0.3


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Resident memory when ``records`` were settled; ``function_mb`` is that of the largest function process."""

    records: int
    service_mb: float
    function_mb: float


@dataclass(frozen=True, kw_only=True)
class Growth:
    """Of one kind of process. ``mb_per_100k`` is the slope after the warm-up, by least squares."""

    first_mb: float
    last_mb: float
    highest_mb: float
    mb_per_100k: float


@dataclass(kw_only=True)
class MemorySampler:
    """Takes samples in a thread of its own while the block runs.

    ``service_pid`` and ``settled`` tell what to look at; a service that does not run yet is no sample.
    """

    service_pid: Callable[[], int | None]
    settled: Callable[[], int]
    samples: list[Sample] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> "MemorySampler":
        self._thread = threading.Thread(target=self._run, name="memory", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(SAMPLE_SECONDS):
            pid = self.service_pid()
            sample = sample_of(pid, processes(), records=self.settled()) if pid else None
            if sample:
                self.samples.append(sample)


def processes() -> Mapping[int, tuple[int, float]]:
    """Every process of this machine: its parent and its resident memory in MB."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,rss="], capture_output=True, text=True, check=True).stdout
    rows = (line.split() for line in listed.splitlines())
    return {int(pid): (int(parent), int(kilobytes) / 1024) for pid, parent, kilobytes in rows}


def sample_of(service_pid: int, running: Mapping[int, tuple[int, float]], *, records: int) -> Sample | None:
    """The sample; None if the service or all its functions are not there at the moment."""
    functions = [memory for parent, memory in running.values() if parent == service_pid]
    if service_pid not in running or not functions:
        return None
    return Sample(records=records, service_mb=running[service_pid][1], function_mb=max(functions))


def growth(samples: Sequence[Sample], memory_of: Callable[[Sample], float]) -> Growth | None:
    """None from fewer than two samples of different counts after the warm-up."""
    if not samples:
        return None
    warm = [each for each in samples if each.records >= WARM_UP_SHARE * samples[-1].records]
    slope = _slope([each.records / 100_000 for each in warm], [memory_of(each) for each in warm])
    if slope is None:
        return None
    values = [memory_of(each) for each in samples]
    return Growth(first_mb=memory_of(warm[0]), last_mb=values[-1], highest_mb=max(values), mb_per_100k=slope)


def _slope(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    middle_x, middle_y = (sum(values) / len(values) for values in (xs, ys))
    spread = sum((x - middle_x) ** 2 for x in xs)
    if not spread:
        return None
    return sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True)) / spread
