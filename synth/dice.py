"""Choices for one task, a function of (seed, family, index) alone.

`coded` choices spell out the index in mixed radix: as long as a generator prints every coded choice, two indices below
`capacity` can never give the same document, however unlucky the free choices are.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

from corpus.ids import content_id

T = TypeVar("T")


class Dice:
    """Random choices, reproducible from (seed, family, index)."""

    def __init__(self, seed: int, family: str, index: int) -> None:
        self.index = index
        self.capacity = 1
        """Indices below this are told apart by the coded choices made so far."""
        self._rest = index
        self._free = random.Random(int(content_id("free", seed, family, index), 16))
        self._shift = random.Random(int(content_id("shift", seed, family), 16))

    def coded(self, num_values: int) -> int:
        """0 <= value < num_values: the next digit of the index, rotated by the seed. Print it in the document."""
        self._rest, digit = divmod(self._rest, num_values)
        self.capacity *= num_values
        return (digit + self._shift.randrange(num_values)) % num_values

    def coded_choice(self, items: Sequence[T]) -> T:
        return items[self.coded(len(items))]

    def coded_between(self, low: int, high: int) -> int:
        """Both ends included."""
        return low + self.coded(high - low + 1)

    def choice(self, items: Sequence[T]) -> T:
        return items[self._free.randrange(len(items))]

    def between(self, low: int, high: int) -> int:
        """Both ends included."""
        return self._free.randint(low, high)

    def nonzero(self, low: int, high: int) -> int:
        """Between `low` and `high`, not 0."""
        value = self.between(low, high - 1)
        return value if value < 0 else value + 1

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        """`count` different items in random order."""
        return self._free.sample(list(items), count)

    def shuffled(self, items: Sequence[T]) -> list[T]:
        return self.sample(items, len(items))

    def chance(self, probability: float) -> bool:
        return self._free.random() < probability
