"""Where a curve has points that no axis has a place for: of each stretch of them the first and the last."""

from array import array
from bisect import bisect_left, bisect_right


class Stretches:
    """Grows with its curve; points are told by their number and their place, in the order in which they come."""

    def __init__(self) -> None:
        self.count = 0  # of points
        self.first, self.last = array("d"), array("d")  # the places of each stretch
        self._next = -1  # the number of the point that would make the last stretch longer

    def add(self, number: int, x: float) -> None:
        """One point more."""
        self.count += 1
        if number == self._next:
            self.last[-1] = x
        else:
            self.first.append(x)
            self.last.append(x)
        self._next = number + 1

    def within(self, left: float, right: float, most: int) -> list[tuple[float, float]]:
        """The stretches that reach between two places, whole; of more than `most` every n-th."""
        begin, end = bisect_left(self.last, left), bisect_right(self.first, right)
        every = max(-(-(end - begin) // most), 1)
        return [*zip(self.first[begin:end:every], self.last[begin:end:every], strict=True)]
