"""A function with a memory: texts that repeat from record to record (prices, product names) are worked on once."""

from collections.abc import Callable
from typing import Generic, TypeVar

Result = TypeVar("Result")
# Enough for the spellings of a shop's day; ever new ones start over instead of filling the machine (here 20 MB).
REMEMBERED = 50_000
LONGEST = 256


class Memo(dict[object, Result], Generic[Result]):
    """``memo[value]`` is ``compute(value)``: a dict, because its look-up costs a quarter of a function call."""

    def __init__(self, compute: Callable[[object], Result]) -> None:
        super().__init__()
        self._compute = compute

    def __missing__(self, value: object) -> Result:
        result = self._compute(value)
        # Only texts are remembered: True, 1 and Decimal(1) would be one key.
        if type(value) is str and len(value) <= LONGEST:
            if len(self) >= REMEMBERED:
                self.clear()
            self[value] = result
        return result
