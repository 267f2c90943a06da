"""Random choices that are the same on every machine: a seed goes in, choices come out.

All of them rest on `Random.random`, the one method whose sequence Python promises to keep for a seed
(https://docs.python.org/3/library/random.html#notes-on-reproducibility), and on arithmetic that IEEE 754 fixes.
"""

import random
from bisect import bisect_right
from collections.abc import Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Dice:
    """Choices for generated data; nothing secret may depend on them."""

    def __init__(self, seed: int) -> None:
        self.roll = random.Random(seed).random  # noqa: S311 - generated data, no secret

    def chance(self, share: float) -> bool:
        """True in ``share`` of the cases."""
        return self.roll() < share

    def below(self, limit: int) -> int:
        """A whole number from 0 to ``limit`` - 1, all equally often."""
        return int(self.roll() * limit)

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self.below(len(choices))]

    def weighted(self, cumulative: Sequence[int]) -> int:
        """An index, as often as its step in the cumulative weights is high."""
        return bisect_right(cumulative, self.below(cumulative[-1]))


class Window(Generic[T]):
    """At most ``size`` things of the past; when it is full, a new one takes the place of any other."""

    def __init__(self, *, size: int, dice: Dice) -> None:
        self._size = size
        self._dice = dice
        self._things: list[T] = []

    def __len__(self) -> int:
        return len(self._things)

    def add(self, thing: T) -> None:
        if len(self._things) < self._size:
            self._things.append(thing)
        else:
            self._things[self._dice.below(self._size)] = thing

    def look(self) -> T:
        return self._dice.pick(self._things)

    def take(self) -> T:
        """One of them, which the window then no longer holds."""
        place = self._dice.below(len(self._things))
        self._things[place], self._things[-1] = self._things[-1], self._things[place]
        return self._things.pop()
