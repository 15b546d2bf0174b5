"""Wires beside each other: of the ways that a wire could go it takes one that lies on no wire from another source."""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from PySide6.QtGui import QPainterPath, QTransform

from runtime.graph.model import Edge, End

CELL = 4.0  # two that are nearer to each other than this look like one
SHORT = 4.0  # a piece of a way that is shorter, as in a round corner, is not looked at
LITTLE = 12.0  # as much as lies on others where wires cross each other or arrive beside each other
Piece = tuple[tuple[bool, int], float, float]  # across or down, in which strip of the canvas; from where to where


class Lanes:
    """Where wires lie. Those from one source may lie on each other: they are branches."""

    def __init__(self) -> None:
        self._taken: dict[tuple[bool, int], dict[Edge, list[tuple[float, float]]]] = {}
        self._pieces: dict[Edge, list[Piece]] = {}

    def clear(self) -> None:
        """No wire lies anywhere."""
        self._taken.clear()
        self._pieces.clear()

    def take(self, edge: Edge) -> None:
        """It lies nowhere."""
        for strip, _, _ in self._pieces.pop(edge, ()):
            self._taken[strip].pop(edge, None)

    def lay(self, edge: Edge, ways: Iterable[QPainterPath]) -> tuple[int, QPainterPath]:
        """The first of these ways that is free, or the one that is free for most of its length, and which it is.

        The wire lies there.
        """
        self.take(edge)
        best, pieces, least = (0, QPainterPath()), list[Piece](), math.inf
        for number, way in enumerate(ways):
            found = list(_pieces(way))
            shared = self._shared(edge.source, found, least)
            if shared < least:
                best, pieces, least = (number, way), found, shared
            if least <= LITTLE:
                break
        self._pieces[edge] = pieces
        for strip, low, high in pieces:
            self._taken.setdefault(strip, {}).setdefault(edge, []).append((low, high))
        return best

    def _shared(self, source: End, pieces: Sequence[Piece], most: float) -> float:
        """How much of a way lies on wires from other sources; beyond `most` that is not counted to the end."""
        found = 0.0
        for (across, at), low, high in pieces:
            for strip in (at - 1, at, at + 1):
                for edge, taken in self._taken.get((across, strip), {}).items():
                    for start, end in taken:
                        if start < high and low < end and edge.source != source:  # few are met at all
                            found += min(high, end) - max(low, start)
            if found >= most:
                break
        return found


def _pieces(way: QPainterPath) -> Iterator[Piece]:
    """The pieces of a way, each so short that it stays in one strip."""
    lines = way.toSubpathPolygons(QTransform())
    corners = [point.toTuple() for line in lines for point in line]  # type: ignore[attr-defined]  # the stubs lack it
    for (x, y), (to_x, to_y) in pairwise(corners):
        across = abs(to_x - x) > abs(to_y - y)
        along, aside, to_along, to_aside = (x, y, to_x, to_y) if across else (y, x, to_y, to_x)
        if abs(to_along - along) < SHORT:
            continue
        count = math.ceil(abs(to_aside - aside) / CELL) or 1
        step, drift = (to_along - along) / count, (to_aside - aside) / count
        for at in range(count):
            low, high = sorted((along + at * step, along + (at + 1) * step))
            yield (across, int((aside + (at + 0.5) * drift) // CELL)), low, high
