"""The life of a worker: a thread with a function process of its own."""

import threading
from abc import ABC, abstractmethod

from local.lambda_service.invoker import ShardInvoker


class Worker(ABC):
    """Works in a thread until its work ends or it is asked to stop; ``invoker`` holds its function's process."""

    def __init__(self, *, name: str, invoker: ShardInvoker) -> None:
        self._invoker = invoker
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @abstractmethod
    def _run(self) -> None:
        """All of the work; closes the invoker at its end."""

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Asks to end; a running invocation may finish."""
        self._stop.set()

    def kill(self) -> None:
        """Ends the function's process, also in the middle of an invocation; `stop` comes first."""
        self._invoker.close()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def join(self, seconds: float) -> None:
        self._thread.join(seconds)
