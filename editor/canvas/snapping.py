"""Nodes that are dragged snap to edges and middles of their neighbours, which a thin line shows; else to the grid."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QGraphicsLineItem

from editor.canvas import paint
from editor.canvas.node import NodeBox
from editor.canvas.room import snap
from editor.looks.theme import current

if TYPE_CHECKING:
    from editor.canvas.view import View

REACH, FARTHEST = 6.0, 15.0  # pixels of the screen, and at most so much of the scene, that the hand is led
BEYOND = 8.0  # a line goes on past the nodes that it joins
ABOVE = 0.5  # wires, and below nodes, whose words it leaves to be read
SAME = 0.02
ACROSS, DOWN = (1, 0, 2), (6, 4, 3, 5)  # kinds of lines, what is shown first where several meet: see `_own`


@dataclass(frozen=True, order=True)
class Mark:
    """Where a line of a node lies on one axis, and the node's ends on the other one."""

    at: float
    low: float
    high: float


class Snapping:
    """For one drag: `way` leads the hand, `end` takes the lines away."""

    def __init__(self, view: "View", held: NodeBox, moved: Iterable[str]) -> None:
        self.view, self.start = view, held.pos()
        boxes, ids = view.canvas.mirror.boxes, set(moved)
        self.rect = QRectF()
        for id in ids:
            self.rect = self.rect.united(boxes[id].rect)
        self.axis = held.shape_.axis if len(ids) == 1 else None  # where its wires go
        seen = view.mapToScene(view.viewport().rect()).boundingRect()
        near = [box for id, box in boxes.items() if id not in ids and box.rect.intersects(seen)]
        found = [[*_marks(box.rect), _axis(box)] for box in near]
        kinds = list(zip(*found, strict=True)) if found else []
        self.marks = [sorted(kind) for kind in kinds]
        self.lines: list[QGraphicsLineItem] = []

    def way(self, way: QPointF, free: bool) -> QPointF:
        """How far the nodes go when the hand went so far; `free` of grid and neighbours on whole units."""
        self.end()
        if free:
            return QPointF(round(way.x()), round(way.y()))
        on_grid = self.start + way
        led = QPointF(snap(on_grid.x()), snap(on_grid.y())) - self.start
        wished = self.rect.translated(way)
        across, down = self._nearest(wished, ACROSS), self._nearest(wished, DOWN)
        if across is not None:
            led.setX(way.x() + across)
        if down is not None:
            led.setY(way.y() + down)
        led = QPointF(round(led.x(), 2), round(led.y(), 2))
        self._draw(self.rect.translated(led), across is not None, down is not None)
        return led

    def _own(self, rect: QRectF) -> list[Mark | None]:
        """Left, middle, right, top, middle, bottom, and where the wires of one node go."""
        axis = None if self.axis is None else Mark(rect.top() + self.axis, rect.left(), rect.right())
        return [*_marks(rect), axis]

    def _nearest(self, rect: QRectF, kinds: tuple[int, ...]) -> float | None:
        """The shortest way to a line of a neighbour of one of these kinds, within reach."""
        reach = min(REACH / self.view.scale_now, FARTHEST)
        own = self._own(rect)
        ways = []
        for kind in (kind for kind in kinds if kind < len(self.marks)):
            mine, others = own[kind], self.marks[kind]
            if mine is not None:
                at = bisect_left(others, mine)
                ways += [other.at - mine.at for other in others[max(at - 1, 0) : at + 1]]
        best = min(ways, key=abs, default=reach + 1)
        return best if abs(best) <= reach else None

    def _draw(self, rect: QRectF, across: bool, down: bool) -> None:
        """One line across and one down, through what lies on that of neighbours, as far as the nearest of them."""
        own = self._own(rect)
        for kinds, led in ((ACROSS, across), (DOWN, down)):
            lines = (self._line(kind, own[kind]) for kind in kinds if led and kind < len(self.marks))
            if (ends := next(filter(None, lines), None)) is not None:
                line = QGraphicsLineItem(*ends)
                line.setPen(paint.pen(current().text, 1.0 / self.view.scale_now, dashed=True))
                line.setZValue(ABOVE)
                self.view.scene().addItem(line)
                self.lines.append(line)

    def _line(self, kind: int, mine: Mark | None) -> tuple[float, float, float, float] | None:
        met = [other for other in self.marks[kind] if mine is not None and abs(other.at - mine.at) < SAME]
        if mine is None or not met:
            return None
        other = min(met, key=lambda mark: max(mark.low - mine.high, mine.low - mark.high))
        low, high = min(mine.low, other.low) - BEYOND, max(mine.high, other.high) + BEYOND
        return (mine.at, low, mine.at, high) if kind in ACROSS else (low, mine.at, high, mine.at)

    def end(self) -> None:
        """The lines away."""
        for line in self.lines:
            self.view.scene().removeItem(line)
        self.lines.clear()


def _marks(rect: QRectF) -> list[Mark]:
    """Left, middle, right; top, middle, bottom."""
    across = [Mark(at, rect.top(), rect.bottom()) for at in (rect.left(), rect.center().x(), rect.right())]
    return across + [Mark(at, rect.left(), rect.right()) for at in (rect.top(), rect.center().y(), rect.bottom())]


def _axis(box: NodeBox) -> Mark:
    return Mark(box.rect.top() + box.shape_.axis, box.rect.left(), box.rect.right())
