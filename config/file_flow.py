"""How much the way of the files takes: the functions that are told of each file by a queue."""

from dataclasses import dataclass

from config.function_machine import FunctionMachine, within

# AWS's advice for a queue that feeds a function: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
VISIBILITY_TIMEOUTS = 6


@dataclass(frozen=True, kw_only=True)
class FileFunctionSize(FunctionMachine):
    """A function on a queue of files: its machine, and how messages are handed to it.

    ``batch_size`` messages make an invocation, and share its time; one file each is the rule. ``maximum_concurrency``
    is how many invocations the queue's mapping starts at once. More than what is reserved would be refused, and each
    refusal wears out a message.
    """

    memory_mb: int = 1_024
    timeout_seconds: int = 900
    reserved_concurrency: int | None = 5
    maximum_concurrency: int = 5
    batch_size: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        within("maximum_concurrency", self.maximum_concurrency, 2, 1_000)
        # Up to here a batch does not wait to fill.
        within("batch_size", self.batch_size, 1, 10)
        if self.reserved_concurrency is not None and self.maximum_concurrency > self.reserved_concurrency:
            raise ValueError(
                f"maximum_concurrency is {self.maximum_concurrency}, reserved_concurrency {self.reserved_concurrency}; "
                "reserve as many as the queue may start, or the rest is refused until its messages are given up"
            )

    @property
    def visibility_seconds(self) -> int:
        """How long a message that was handed out stays hidden: beyond every try of the invocation that holds it."""
        return VISIBILITY_TIMEOUTS * self.timeout_seconds
