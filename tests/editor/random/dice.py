"""A number out of which choices are taken: whoever has the number makes the same choices again."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")
BITS = 128  # enough for some thirty choices among ten; then all are the first


class Dice:
    """Each choice divides the number, which is quicker than a `Random`; small numbers choose what stands first."""

    def __init__(self, number: int) -> None:
        self.number = number

    def below(self, count: int) -> int:
        """A number from 0 to below `count`."""
        self.number, found = divmod(self.number, count)
        return found

    def pick(self, items: Sequence[T]) -> T:
        """One of the items."""
        self.number, at = divmod(self.number, len(items))
        return items[at]

    def some(self, items: Sequence[T], most: int) -> list[T]:
        """From one to `most` of the items, each once."""
        return list(dict.fromkeys(self.pick(items) for _ in range(1 + self.below(most))))


def numbers(seed: object, count: int) -> list[int]:
    """An episode: a number for each operation."""
    random = Random(str(seed))
    return [random.getrandbits(BITS) for _ in range(count)]
