"""What every function runs on, whatever feeds it: its machine, and how many of it run at once."""

from dataclasses import dataclass

# What Lambda gives each function without being asked.
USUAL_STORAGE_MB = 512


@dataclass(frozen=True, kw_only=True)
class FunctionMachine:
    """``memory_mb`` brings processors with it: one at 1,769, six at 10,240. ``storage_mb`` is what ``/tmp`` holds.

    ``reserved_concurrency`` is how many run at once at most, kept free for it. AWS wants 100 of the account's
    executions left unreserved; None reserves nothing, for new accounts, which have 10 in all.
    """

    memory_mb: int = 1_024
    timeout_seconds: int = 120
    storage_mb: int = USUAL_STORAGE_MB
    reserved_concurrency: int | None = 20

    def __post_init__(self) -> None:
        within("memory_mb", self.memory_mb, 128, 10_240)
        within("timeout_seconds", self.timeout_seconds, 1, 900)
        within("storage_mb", self.storage_mb, USUAL_STORAGE_MB, 10_240)
        if self.reserved_concurrency is not None:
            # 0 would stop it.
            within("reserved_concurrency", self.reserved_concurrency, 1, 900)


def within(name: str, value: int, low: int, high: int) -> None:
    """ValueError unless ``value`` is what AWS allows."""
    if not low <= value <= high:
        raise ValueError(f"{name} is {value}; AWS allows {low} to {high}")
