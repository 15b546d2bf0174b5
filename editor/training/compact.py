"""Many events that hold numbers, in a tenth of the memory that they take as they are read."""

from array import array
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Event = dict[str, Any]
Kind = type[int] | type[float]
Shape = tuple[tuple[tuple[str, ...], Kind], ...]  # the names that lead to each number, and what it is


class Compact:
    """They are read back with all their numbers, to any depth, and nothing else of them."""

    def __init__(self, events: Iterable[Mapping[str, Any]] = ()) -> None:
        self._shapes: list[Shape] = []
        self._known: dict[Shape, Shape] = {}  # nearly all events are alike
        self._begins = array("q")  # where the numbers of each begin
        self._numbers = array("d")
        for event in events:
            self.append(event)

    def append(self, event: Mapping[str, Any]) -> None:
        """Add one at the end. Raises OverflowError where a number is too large for a float."""
        found = [*_numbers(event, ())]
        numbers = array("d", [number for _, number in found])
        shape = tuple((names, type(number)) for names, number in found)
        self._shapes.append(self._known.setdefault(shape, shape))
        self._begins.append(len(self._numbers))
        self._numbers.extend(numbers)

    def first(self, many: int) -> "Compact":
        """Others that hold the first of these."""
        made = Compact()
        made._known = self._known
        made._shapes, made._begins = self._shapes[:many], self._begins[:many]
        made._numbers = self._numbers[: sum(map(len, made._shapes))]
        return made

    def __len__(self) -> int:
        return len(self._shapes)

    def __getitem__(self, at: int) -> Event:
        shape, begin = self._shapes[at], self._begins[at]
        event: Event = {}
        for (names, kind), number in zip(shape, self._numbers[begin : begin + len(shape)], strict=True):
            inside = event
            for name in names[:-1]:
                inside = inside.setdefault(name, {})
            inside[names[-1]] = kind(number)
        return event

    def __iter__(self) -> Iterator[Event]:
        return (self[at] for at in range(len(self)))


def _numbers(event: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int | float]]:
    for name, value in event.items():
        if isinstance(value, Mapping):
            yield from _numbers(value, (*names, name))
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield (*names, name), value
