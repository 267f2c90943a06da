"""Progress of long work for whoever watches: amounts done go in, a bar or plain lines on stderr come out."""

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import NoReturn, Self, TextIO

from tqdm import tqdm


class Progress:
    """A bar on a terminal; elsewhere (CI, a log file) a plain line every few seconds and one at the end.

    ``with Progress("sending", total=1000, unit="records") as progress: progress.advance(500)``
    """

    def __init__(
        self,
        label: str,
        *,
        total: int | None = None,
        unit: str = "records",
        stream: TextIO | None = None,
        every_seconds: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.done = 0
        self._label, self._total, self._unit = label, total, unit
        self._stream = stream or sys.stderr
        self._every_seconds, self._clock = every_seconds, clock
        self._started = self._told = clock()
        self._bar: tqdm[NoReturn] | None = None
        if self._stream.isatty():
            self._bar = tqdm(desc=label, total=total, unit=f" {unit}", file=self._stream, dynamic_ncols=True)

    def advance(self, amount: int = 1) -> None:
        """Count ``amount`` more as done."""
        self.done += amount
        if self._bar is not None:
            self._bar.update(amount)
        elif self._clock() - self._told >= self._every_seconds:
            self._tell()

    def close(self) -> None:
        """Tell where it ended; called for you at the end of ``with``."""
        if self._bar is not None:
            self._bar.close()
        else:
            self._tell()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _tell(self) -> None:
        self._told = self._clock()
        seconds = self._told - self._started
        share = f" of {self._total:,} ({self.done / self._total:.0%})" if self._total else ""
        rate = f", {self.done / seconds:,.0f}/s" if seconds > 0 else ""
        print(
            f"{self._label}: {self.done:,}{share} {self._unit} in {seconds:.0f} s{rate}", file=self._stream, flush=True
        )
