"""The cheapest way between two points along the edges of nodes, where a single lane between them does not do."""

import heapq
from collections.abc import Iterator, Sequence
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF

FEW = 24  # among more nodes than this no way is looked for
Spot = tuple[int, int]  # a column and a row of the grid on which ways run
State = tuple[Spot, bool]  # a spot, and whether the way goes across there


def detour(
    start: QPointF, stop: QPointF, rects: Sequence[QRectF], beside: float, bend: float, outs: tuple[float, float]
) -> list[QPointF]:
    """The corners of the shortest way that touches no node, from an output to an input; empty where there is none.

    It leaves to the right and arrives from the left by at least `outs`; an end whose out is 0 is a dot, which it leaves
    or reaches from any side. It keeps `beside` from nodes, and pays `bend` at each turn.
    """
    if len(rects) > FEW:
        return []
    right, left = start.x() + outs[0], stop.x() - outs[1]
    columns = sorted({right, left, *(x for r in rects for x in (r.left() - beside, r.right() + beside))})
    rows = sorted({start.y(), stop.y(), *(y for r in rects for y in (r.top() - beside, r.bottom() + beside))})
    free = _Free(columns, rows, [rect.adjusted(-1.0, -1.0, 1.0, 1.0) for rect in rects])
    first, last = (columns.index(right), rows.index(start.y())), (columns.index(left), rows.index(stop.y()))
    firsts, lasts = ([(at, True), *([] if out else [(at, False)])] for at, out in zip((first, last), outs, strict=True))
    spots = _shortest(free, firsts, lasts, bend)
    way = [start, *(QPointF(columns[x], rows[y]) for x, y in spots), stop]
    return [start, *_turns(way), stop] if spots else []


class _Free:
    """The grid, and which of its steps no node stands in the way of, found out where a way comes by."""

    def __init__(self, columns: Sequence[float], rows: Sequence[float], rects: Sequence[QRectF]) -> None:
        self.columns, self.rows = columns, rows
        self._rooms: list[tuple[float, float, float, float]] = [rect.getCoords() for rect in rects]
        self._across: dict[int, list[bool]] = {}
        self._down: dict[int, list[bool]] = {}

    def across(self, row: int) -> list[bool]:
        """The steps along a row."""
        if row not in self._across:
            y = self.rows[row]
            self._across[row] = _steps(self.columns, [(a, c) for a, b, c, d in self._rooms if b < y < d])
        return self._across[row]

    def down(self, column: int) -> list[bool]:
        """The steps along a column."""
        if column not in self._down:
            x = self.columns[column]
            self._down[column] = _steps(self.rows, [(b, d) for a, b, c, d in self._rooms if a < x < c])
        return self._down[column]

    def around(self, spot: Spot) -> Iterator[tuple[Spot, bool, float]]:
        """The spots one step away, whether the step goes across, and how long it is."""
        x, y = spot
        across, down = self.across(y), self.down(x)
        for other, step in ((x - 1, x - 1), (x + 1, x)):
            if 0 <= other < len(self.columns) and across[step]:
                yield (other, y), True, abs(self.columns[x] - self.columns[other])
        for other, step in ((y - 1, y - 1), (y + 1, y)):
            if 0 <= other < len(self.rows) and down[step]:
                yield (x, other), False, abs(self.rows[y] - self.rows[other])

    def least(self, spot: Spot, across: bool, last: Spot, bend: float) -> float:
        """What a way costs at least from here on, were nothing in between."""
        over, down = abs(self.columns[last[0]] - self.columns[spot[0]]), abs(self.rows[last[1]] - self.rows[spot[1]])
        return over + down + bend * (1 if not across else 2 if down else 0)


def _steps(places: Sequence[float], taken: Sequence[tuple[float, float]]) -> list[bool]:
    """For each step between neighbouring places, whether it is free of what is taken."""
    return [all(b <= low or a >= high for low, high in taken) for a, b in pairwise(places)]


def _shortest(free: _Free, firsts: Sequence[State], lasts: Sequence[State], bend: float) -> list[Spot]:
    """A* over spots and directions."""
    best: dict[State, float] = dict.fromkeys(firsts, 0.0)
    came: dict[State, State] = {}
    waiting = [(0.0, 0.0, *first) for first in firsts]
    last, turn = lasts[0][0], bend if len(lasts) == 1 else 0.0
    while waiting:
        _, cost, spot, across = heapq.heappop(waiting)
        if (spot, across) in lasts:
            return _walked(came, (spot, across))
        if cost > best[spot, across]:
            continue
        steps = [(other, way, cost + length + bend * (way != across)) for other, way, length in free.around(spot)]
        if spot == last:
            steps.append((spot, True, cost + bend))
        for other, way, total in steps:
            if total < best.get((other, way), float("inf")):
                best[other, way] = total
                came[other, way] = (spot, across)
                heapq.heappush(waiting, (total + free.least(other, way, last, turn), total, other, way))
    return []


def _walked(came: dict[State, State], at: State) -> list[Spot]:
    """The spots of a way, from its beginning."""
    found = [at[0]]
    while at in came:
        at = came[at]
        found.append(at[0])
    return found[::-1]


def _turns(way: Sequence[QPointF]) -> Iterator[QPointF]:
    """The points between the ends at which a way turns; what lies on one line with its neighbours is left out."""
    for before, at, after in zip(way, way[1:], way[2:], strict=False):
        if not (before.x() == at.x() == after.x() or before.y() == at.y() == after.y()) and at not in (before, after):
            yield at
