"""The way of a wire through dots that the user set: soft curves between them, and around nodes where need be."""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

from editor.canvas.detour import detour
from editor.canvas.route import ASIDE, BEND, BESIDE, OUT, TRACK, rounded

SWING = 0.35  # how much of a curve between two dots is spent on turning, at each end
ROOM = 70.0  # how far beside a piece a way is looked for
EVERY = 4.0  # how far apart the places are at which a curve is tried
AHEAD = QPointF(1.0, 0.0)
Near = Callable[[QRectF], Sequence[QRectF]]  # the nodes that touch a place


def through(stops: Sequence[QPointF], near: Near, track: int = 0) -> QPainterPath:
    """A way from an output through dots to an input; it leaves to the right and arrives from the left.

    At a dot a curve goes on as from the one before to the one behind, or as the way around nodes that it meets there.
    """
    last = len(stops) - 2
    ways = [AHEAD, *(_unit(after - before) for before, after in zip(stops, stops[2:], strict=False)), AHEAD]
    places = [QRectF(*ends).normalized().adjusted(-ROOM, -ROOM, ROOM, ROOM) for ends in pairwise(stops)]
    rects = [near(place) for place in places]
    around: dict[int, list[QPointF]] = {}
    waiting = [*range(last + 1)]
    while waiting:
        at = waiting.pop(0)
        start, stop = stops[at], stops[at + 1]
        if at in around or not _needs(start, stop, ways[at], ways[at + 1], rects[at]):
            continue
        out, beside = OUT + ASIDE[track], BESIDE + TRACK * track
        corners = detour(start, stop, rects[at], beside, BEND, (out * (at == 0), out * (at == last)))
        around[at] = corners  # none where there is no way, as to a dot that lies on a node
        if corners:
            ways[at], ways[at + 1] = _unit(corners[1] - corners[0]), _unit(corners[-1] - corners[-2])
            waiting += [each for each in (at - 1, at + 1) if 0 <= each <= last]  # these turn otherwise now
    return _drawn(stops, ways, around)


def _drawn(stops: Sequence[QPointF], ways: Sequence[QPointF], around: dict[int, list[QPointF]]) -> QPainterPath:
    """Curves, and between them corners made round, at dots too: that covers where the way leaves its middle."""
    path, corners = QPainterPath(stops[0]), list[QPointF]()
    for at, (start, stop) in enumerate(pairwise(stops)):
        corners += around.get(at, ())[1 if corners else 0 :]
        if not around.get(at + 1) and corners:
            path.connectPath(rounded(corners))
            corners = []
        elif not around.get(at):
            path.connectPath(_curve(start, stop, ways[at], ways[at + 1]))
    return path


def _curve(start: QPointF, stop: QPointF, leaves: QPointF, arrives: QPointF) -> QPainterPath:
    path = QPainterPath(start)
    path.cubicTo(*_controls(start, stop, leaves, arrives), stop)
    return path


def _controls(start: QPointF, stop: QPointF, leaves: QPointF, arrives: QPointF) -> tuple[QPointF, QPointF]:
    bend = math.hypot(stop.x() - start.x(), stop.y() - start.y()) * SWING
    return start + leaves * bend, stop - arrives * bend


def _unit(way: QPointF) -> QPointF:
    length = math.hypot(way.x(), way.y())
    return way / length if length > 0.5 else AHEAD


def _needs(start: QPointF, stop: QPointF, leaves: QPointF, arrives: QPointF, rects: Sequence[QRectF]) -> bool:
    """Whether a curve would run under a node, its own at the ends too."""
    points = start, *_controls(start, stop, leaves, arrives), stop
    (a, c, e, g), (b, d, f, h) = [each.x() for each in points], [each.y() for each in points]
    left, right, top, bottom = min(a, c, e, g), max(a, c, e, g), min(b, d, f, h), max(b, d, f, h)
    rooms = [(r.left() + 1.0, r.top() + 1.0, r.right() - 1.0, r.bottom() - 1.0) for r in rects]
    rooms = [each for each in rooms if each[0] < right and each[2] > left and each[1] < bottom and each[3] > top]
    steps = max(8, int((right - left + bottom - top) / EVERY)) if rooms else 0
    for at in (each / steps for each in range(1, steps)):  # much quicker than asking a path for its places
        still = 1.0 - at
        one, two, three, four = still**3, 3 * still * still * at, 3 * still * at * at, at**3
        x, y = one * a + two * c + three * e + four * g, one * b + two * d + three * f + four * h
        if any(low < x < high and up < y < down for low, up, high, down in rooms):
            return True
    return False
