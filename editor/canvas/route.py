"""The way of a wire: a soft curve where nothing is in between, otherwise along lanes between the nodes."""

import math
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from operator import itemgetter

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

from editor.canvas.detour import detour
from editor.canvas.streets import along_streets

ROUND = 12.0  # the bends of a wire that goes around
OUT = 9.0  # how far it goes on before it turns
ASIDE = (0.0, 5.0, 10.0, 14.0, 17.0)  # by track: how much further, so that in a gap of columns there is room for all
CLEAR = 5.0  # with the width of a wire: what it keeps from nodes that it passes
BESIDE = 8.0  # how near a wire passes a node
TRACK, TRACKS = 6.0, 5  # how far apart they run above and below nodes, and how many there are
LEAN = (0.0, -0.25, 0.25, -0.45, 0.45)  # by track: how far the middle of a curve is moved to either side
WIDE = 80.0  # as of a curve that is at most so wide
BEND = 12.0  # a bend counts as so much more way
THROUGH = 5000.0  # and a node that the way runs through as so much
MANY = 40  # among more nodes than this a way is looked for along streets alone
Room = tuple[float, float, float, float]  # left, top, right, bottom: comparing these is quicker than asking Qt
Way = list[tuple[float, float]]  # its corners, from end to end; the same
FINE, FINER = 60.0, 12.0  # how far apart the places are at which a curve is tried, and one that leans towards nodes


def routed(
    start: QPointF, stop: QPointF, rects: Sequence[QRectF], track: int = 0, everything: Collection[QRectF] = ()
) -> QPainterPath:
    """A path from an output to an input; `rects` are the nodes nearby, those at its ends among them.

    Wires of different tracks keep apart where they go the same way around. Where no way nearby is free, one is looked
    for that goes around `everything`.
    """
    ahead = stop.x() - start.x()
    if ahead >= 24.0 or (ahead > 0 and abs(stop.y() - start.y()) < 2.0):
        path = soft(start, stop, LEAN[track])
        if len(rects) <= 2 or not _touches(path, rects, start, stop, FINE if track == 0 else FINER):
            return path
    if not rects:
        return soft(start, stop)
    points = _around(start, stop, rects, track) if len(rects) <= MANY else None
    if points is None:
        points = along_streets(start, stop, everything or rects, BESIDE + TRACK * track, OUT + ASIDE[track])
    # where there is none, the curve runs through as few nodes as any
    return rounded(points) if points else soft(start, stop)


def soft(start: QPointF, stop: QPointF, lean: float = 0.0) -> QPainterPath:
    """An S that leaves to the right and arrives from the left; it may `lean` to either side."""
    path = QPainterPath(start)
    across, down = stop.x() - start.x(), abs(stop.y() - start.y())
    bend = (
        max(min(across * 0.5, 110.0), min(down * 0.35, across * 0.9)) if across > 0 else min(120.0, 30.0 + down * 0.3)
    )
    aside = lean * max(min(across, WIDE), 0.0)
    path.cubicTo(start + QPointF(bend + aside, 0), stop - QPointF(bend - aside, 0), stop)
    return path


def _touches(path: QPainterPath, rects: Sequence[QRectF], start: QPointF, stop: QPointF, fine: float) -> bool:
    """Whether the curve runs behind a node other than those at its ends, by a look at places `fine` from each other."""
    others = [r for r in rects if not (_at_edge(r, start, r.right()) or _at_edge(r, stop, r.left()))]
    shape = path.controlPointRect()
    if len(others) > MANY:
        others = [r for r in others if r.intersects(shape.adjusted(-1, -1, 1, 1))]
    steps = max(14, int((shape.width() + shape.height()) / fine))
    points = [path.pointAtPercent(at / steps) for at in range(1, steps)] if others else []
    return any(rect.contains(point) for rect in others for point in points)


def _at_edge(rect: QRectF, point: QPointF, edge: float) -> bool:
    return abs(point.x() - edge) < 0.6 and rect.top() <= point.y() <= rect.bottom()


def _around(start: QPointF, stop: QPointF, rects: Sequence[QRectF], track: int) -> list[QPointF] | None:
    """The corners of the shortest way around these nodes; None where each runs through one."""
    kept = [_kept(rect, start, stop) for rect in rects]
    sides = [side for rect in rects for side in ((rect.top(), -1), (rect.bottom(), 1))]
    first, last = (start.x(), start.y()), (stop.x(), stop.y())
    best, fewest = Way(), math.inf
    for number in dict.fromkeys((track, *range(TRACKS))):  # another track only where there is no room for its own
        found = _best([*_ways(first, last, sides, number)], kept)
        hits = _hits(found, kept)
        if hits < fewest:
            best, fewest = found, hits
        if not hits:
            break
    if fewest:
        out = OUT + ASIDE[track]
        return detour(start, stop, rects, BESIDE + TRACK * track, BEND, (out, out)) or None
    return [QPointF(x, y) for x, y in best]


def _kept(rect: QRectF, start: QPointF, stop: QPointF) -> Room:
    """What a way must not touch: a node with some room, but where it ends at the node's edge it touches that."""
    room = -3.0 if _at_edge(rect, start, rect.right()) or _at_edge(rect, stop, rect.left()) else CLEAR
    return rect.left() - room, rect.top(), rect.right() + room, rect.bottom()


def _ways(
    start: tuple[float, float], stop: tuple[float, float], sides: Sequence[tuple[float, int]], track: int
) -> Iterator[Way]:
    """Along lanes above and below nodes, whose `sides` these are, each with where it faces; and straight across."""
    (x, y), (to_x, to_y) = start, stop
    right, left, aside = x + OUT + ASIDE[track], to_x - OUT - ASIDE[track], BESIDE + TRACK * track
    for lane in sorted({(y + to_y) / 2, y, to_y, *(side + facing * aside for side, facing in sides)}):
        yield [start, (right, y), (right, lane), (left, lane), (left, to_y), stop]
    for middle in (left, right) if right <= left else ((x + to_x) / 2,):
        yield [start, (middle, y), (middle, to_y), stop]


def _best(ways: Sequence[Way], rooms: Sequence[Room]) -> Way:
    """The way that costs least; short ones are tried first, so that most others need no look at the nodes."""
    best, least = ways[0], math.inf
    for length, way in sorted(((_length(way), way) for way in ways), key=itemgetter(0)):
        if length >= least:
            break
        cost = length + THROUGH * _hits(way, rooms, (least - length) / THROUGH)
        if cost < least:
            best, least = way, cost
    return best


def _length(way: Way) -> float:
    pieces = [abs(to_x - x) + abs(to_y - y) for (x, y), (to_x, to_y) in pairwise(way)]
    return sum(pieces) + BEND * len([piece for piece in pieces if piece > 0.5])


def _hits(way: Way, rooms: Sequence[Room], most: float = math.inf) -> int:
    """How many nodes the way runs through; beyond `most` they are not counted to the end."""
    found = 0
    for (a, b), (c, d) in pairwise(way):
        left, right = (a - 2.0, c + 2.0) if a < c else (c - 2.0, a + 2.0)
        top, bottom = (b - 5.0, d + 5.0) if b < d else (d - 5.0, b + 5.0)
        found += len([1 for x, y, to_x, to_y in rooms if x < right and to_x > left and y < bottom and to_y > top])
        if found > most:
            break
    return found


def rounded(points: Sequence[QPointF]) -> QPainterPath:
    """Straight pieces with round corners, no bend wider than half of its shorter side."""
    path = QPainterPath(points[0])
    for before, at, after in zip(points, points[1:], points[2:], strict=False):
        back, ahead = before - at, after - at
        one, two = back.manhattanLength(), ahead.manhattanLength()
        if one < 0.5 or two < 0.5:
            continue
        reach = min(ROUND, one / 2, two / 2)
        path.lineTo(at + back * (reach / one))
        path.quadTo(at, at + ahead * (reach / two))
    path.lineTo(points[-1])
    return path
