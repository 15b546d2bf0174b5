"""Copies with longer names than what they copy: columns move apart, so that no node stands on another one. Pure."""

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from editor.canvas.nested import AROUND
from editor.canvas.room import APART, GRID, NEAR, Rect, free_place, snap

Place = tuple[float, float]
Size = tuple[float, float]
Framed = tuple[float, float, float, float]  # left, top, width, height
FrameRect = tuple[Rect, Rect]  # a frame that stays where it is, and its title


class Spread:
    """Where nodes stand that keep the shape in which they stood, and the frames and dots of wires among them.

    A column that comes too near to one at its left goes right, and so does all that is right of it.
    """

    def __init__(self, places: Mapping[str, Place], sizes: Mapping[str, Size], framed: Iterable[Framed] = ()) -> None:
        self.rects: dict[str, Rect] = {}
        self.away = (0.0, 0.0)
        self._lefts, self._ways = [-math.inf], [0.0]  # from a place on, how far everything goes right
        way, near = 0.0, list[Rect]()
        for left, ids in groupby(sorted(places, key=lambda id: places[id]), key=lambda id: places[id][0]):
            column = dict(_stacked(ids, places, sizes))
            near = [rect for rect in near if rect[2] + NEAR > left + way]
            beside = (one[2] for one in near for _, top, _, end in column.values() if one[1] < end and top < one[3])
            if (right := max(beside, default=-math.inf)) > -math.inf:
                way = math.ceil((right + APART - left) / GRID) * GRID
                self._lefts.append(left)
                self._ways.append(way)
            now = {id: (left + way, top, right + way, end) for id, (_, top, right, end) in column.items()}
            self.rects |= now
            near += now.values()
        self.framed = [self.frame(each) for each in framed]

    def land(self, taken: Iterable[Rect], frames: Iterable[FrameRect], middle: Place | None = None) -> None:
        """Go to free ground: where it is now, or with its middle at a place, or near to that.

        Only a frame that holds that whole place may hold the block; it lies over no edge and no title of any frame.
        """
        blocks = [*self.rects.values(), *((x, y, x + wide, y + high) for x, y, wide, high in self.framed)]
        left, top = (min(block[axis] for block in blocks) for axis in (0, 1))
        wide, high = (max(block[axis + 2] for block in blocks) - corner for axis, corner in enumerate((left, top)))
        at = (left, top)
        if middle is not None:
            at = (snap(middle[0] - wide / 2), snap(middle[1] - high / 2))
        wished = (*at, at[0] + wide, at[1] + high)
        barred = (rect for frame in frames for rect in _barred(*frame, wished))
        free = free_place(at, (wide, high), [*taken, *barred])
        self.away = (free[0] - left, free[1] - top)

    def places(self) -> dict[str, Place]:
        """The upper left corner of each node."""
        return {id: (left + self.away[0], top + self.away[1]) for id, (left, top, _, _) in self.rects.items()}

    def point(self, at: Place) -> Place:
        """Where a dot of a wire goes that was at a place."""
        return at[0] + self._way(at[0]) + self.away[0], at[1] + self.away[1]

    def frame(self, rect: Framed) -> Framed:
        """A frame around the same nodes."""
        left, top, wide, high = rect
        x, right, end = left + self._way(left), left + wide + self._way(left + wide), top + high
        inside = (one for one in self.rects.values() if x <= one[0] and top <= one[1] and one[3] <= end)
        furthest = max((one[2] for one in inside if (one[0] + one[2]) / 2 <= right), default=right)
        right = furthest + AROUND if furthest > right else right
        return x + self.away[0], top + self.away[1], right - x, high

    def _way(self, x: float) -> float:
        return self._ways[bisect_right(self._lefts, x) - 1]


def _barred(frame: Rect, title: Rect, block: Rect) -> list[Rect]:
    """Where a block cannot stand because of a frame: its title and edges if it is inside now, else the whole frame."""
    left, top, right, end = frame
    if left <= block[0] and top <= block[1] and block[2] <= right and block[3] <= end:
        return [title, (left, top, left, end), (right, top, right, end), (left, end, right, end)]
    return [frame]


def _stacked(ids: Iterable[str], places: Mapping[str, Place], sizes: Mapping[str, Size]) -> Iterator[tuple[str, Rect]]:
    """The nodes of a column from above; one that stands on the one before goes below it."""
    below = -math.inf
    for id in ids:
        (left, top), (wide, high) = places[id], sizes[id]
        if top < below:
            top = math.ceil((below + NEAR) / GRID) * GRID
        below = top + high
        yield id, (left, top, left + wide, below)
