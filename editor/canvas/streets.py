"""The way of a long wire: along streets, which no node stands in from one end to the other, above, below or between."""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, product

from PySide6.QtCore import QPointF, QRectF

Room = tuple[float, float, float, float]  # left, top, right, bottom
Way = list[tuple[float, float]]
NEAREST = 4  # streets on either side that are tried where one alone does not lead there
REACHES = (1e9, 600.0)  # how far a street is to be free on both sides of where it is entered
EDGE = 1.0


def along_streets(start: QPointF, stop: QPointF, rects: Iterable[QRectF], beside: float, out: float) -> list[QPointF]:
    """The corners of a way that touches no node: along one street, else along two with a cross street between them.

    It leaves to the right by at least `out`, arrives from the left, and keeps `beside` from nodes. Empty where there
    is none.
    """
    rooms: list[Room] = [rect.getCoords() for rect in rects]
    first, last = (start.x(), start.y()), (stop.x(), stop.y())
    right, left = (first[0] + out, first[1]), (last[0] - out, last[1])
    found = _one(right, left, rooms, beside) or _two(right, left, rooms, beside)
    return [QPointF(x, y) for x, y in [first, *found, last]] if found else []


def _one(right: tuple[float, float], left: tuple[float, float], rooms: Sequence[Room], beside: float) -> Way:
    """Along the street nearest to both ends."""
    (x, y), (to_x, to_y) = right, left
    taken = _across(rooms, x, to_x)
    here, there = _across(rooms, x, x), _across(rooms, to_x, to_x)
    for lane in sorted(_lanes(taken, beside, (y, to_y)), key=lambda at: abs(at - y) + abs(at - to_y)):
        if _free(here, x, y, x, lane) and _free(there, to_x, lane, to_x, to_y):
            return [right, (x, lane), (to_x, lane), left]
    return []


def _two(right: tuple[float, float], left: tuple[float, float], rooms: Sequence[Room], beside: float) -> Way:
    """Out along a street beside the one end, through a cross street, in along a street beside the other."""
    (x, y), (to_x, to_y) = right, left
    turned = [(b, a, d, c) for a, b, c, d in rooms]
    best, least = Way(), math.inf
    lanes, others = _beside(rooms, turned, x, y, beside), _beside(rooms, turned, to_x, to_y, beside)
    for (lane, along), (other, along_other) in product(lanes.items(), others.items()):
        between = _across(turned, lane, other)
        ways = sorted(_lanes(between, beside, (x, to_x)), key=lambda at: abs(at - x) + abs(at - to_x))[:NEAREST]
        for street in ways:
            way = [right, (x, lane), (street, lane), (street, other), (to_x, other), left]
            length = sum(abs(c - a) + abs(d - b) for (a, b), (c, d) in pairwise(way))
            if (
                length < least
                and _free(along, lane, x, lane, street)
                and _free(between, lane, street, other, street)
                and _free(along_other, other, street, other, to_x)
            ):
                best, least = way, length
    return best


def _beside(
    rooms: Sequence[Room], turned: Sequence[Room], x: float, y: float, beside: float
) -> dict[float, list[Room]]:
    """The streets nearest to a place from which one can turn into them, each with what stands in it, turned."""
    found = {at for reach in REACHES for at in _lanes(_across(rooms, x - reach, x + reach), beside, (y,))}
    here = _across(rooms, x, x)
    nearest = sorted(found, key=lambda at: abs(at - y))[:NEAREST]
    return {at: _across(turned, at, at) for at in nearest if _free(here, x, y, x, at)}


def _across(rooms: Iterable[Room], one: float, other: float) -> list[Room]:
    """What stands between two positions from left to right."""
    low, high = min(one, other) - EDGE, max(one, other) + EDGE
    return [room for room in rooms if room[0] < high and room[2] > low]


def _lanes(rooms: Iterable[Room], beside: float, wished: Sequence[float]) -> Iterator[float]:
    """Heights at which nothing of these stands: those wished for, and above, below and between them."""
    gaps = list(_gaps(rooms))
    for low, high in gaps:
        for at in (low + beside, high - beside):
            if low + min(beside, 4.0) <= at <= high - min(beside, 4.0):
                yield at
        yield from (at for at in wished if low + EDGE < at < high - EDGE)


def _gaps(rooms: Iterable[Room]) -> Iterator[tuple[float, float]]:
    """What is left free from top to bottom."""
    reach = -math.inf
    for _, top, _, bottom in sorted(rooms, key=lambda room: room[1]):
        if top > reach:
            yield reach, top
        reach = max(reach, bottom)
    yield reach, math.inf


def _free(rooms: Iterable[Room], x: float, y: float, to_x: float, to_y: float) -> bool:
    """Whether a straight piece touches no node."""
    left, right = (x - EDGE, to_x + EDGE) if x < to_x else (to_x - EDGE, x + EDGE)
    top, bottom = (y - EDGE, to_y + EDGE) if y < to_y else (to_y - EDGE, y + EDGE)
    return not [1 for a, b, c, d in rooms if a < right and c > left and b < bottom and d > top]
