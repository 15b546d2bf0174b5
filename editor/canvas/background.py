"""What lies behind the nodes: the dot grid, and the tints of the sides left and right of collate."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen, QPolygonF

from editor.canvas import paint
from editor.canvas.detail import NEAR
from editor.canvas.measure import font, metrics
from editor.looks.theme import current
from runtime.graph.model import Graph

STEP = 20.0
WIDE = 70.0  # of the names of both sides
TIGHT = 14.0  # dots never come nearer than this on screen


@dataclass(frozen=True)
class Border:
    """Where samples end and batches begin: a position from left to right, and how high the graph reaches."""

    x: float
    top: float


def joined(sides: Mapping[str, str], graph: Graph) -> dict[str, str]:
    """The sides of collate and of all that wires join to it: what is not joined yet has none, wherever it lies."""
    found = {id: side for id, side in sides.items() if side == "border"}
    waiting = list(found)
    while waiting:
        for source, target in graph.around.get(waiting.pop(), ()):
            new = {end.node: sides[end.node] for end in (source, target) if end.node in sides and end.node not in found}
            found |= new
            waiting += new
    return found


def border(sides: Mapping[str, str], rects: Mapping[str, QRectF], frames: Iterable[QRectF] = ()) -> Border | None:
    """The line through collate, if every other node with a side stands on the right side of it.

    It begins above `frames` that lie across it, so that its names are not written over them.
    """
    lines = [rects[id].center().x() for id, side in sides.items() if side == "border" and id in rects]
    if len(lines) != 1:
        return None
    x = lines[0]
    found = [(side, rects[id].center().x()) for id, side in sides.items() if id in rects]
    if any((side == "sample" and at >= x) or (side == "batch" and at <= x) for side, at in found):
        return None
    across = (rect for rect in frames if rect.left() < x + WIDE and rect.right() > x - WIDE)
    return Border(x, min(rect.top() for rect in (*rects.values(), *across)))


def paint_background(painter: QPainter, rect: QRectF, scale: float, split: Border | None) -> None:
    """Fill `rect` (in scene coordinates) behind everything else."""
    theme = current()
    painter.fillRect(rect, paint.colour(theme.canvas))
    if split is not None:
        left = QRectF(rect.left(), rect.top(), max(0.0, min(rect.right(), split.x) - rect.left()), rect.height())
        painter.fillRect(left, paint.colour(theme.sample_tint))
        right = QRectF(rect)
        right.setLeft(max(rect.left(), split.x))
        if right.width() > 0:
            painter.fillRect(right, paint.colour(theme.batch_tint))
    _dots(painter, rect, scale)
    if split is not None:
        painter.setPen(paint.pen(theme.grid, 1.4, dashed=True))
        painter.drawLine(QPointF(split.x, rect.top()), QPointF(split.x, rect.bottom()))
        if scale >= NEAR:
            _names(painter, split)


def _dots(painter: QPainter, rect: QRectF, scale: float) -> None:
    if scale < 0.25:
        return
    step = STEP
    while step * scale < TIGHT:
        step *= 2
    x, y = math.floor(rect.left() / step), math.floor(rect.top() / step)
    across, down = math.ceil(rect.right() / step) - x, math.ceil(rect.bottom() / step) - y
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # round dots cost more than all nodes together
    painter.setPen(_dot(current().grid, painter.device().devicePixelRatio()))
    painter.translate(x * step, y * step)
    painter.drawPoints(_grid(across + 1, down + 1, step))
    painter.restore()


@lru_cache(maxsize=8)
def _dot(code: str, ratio: float) -> QPen:
    pen = QPen(paint.colour(code), round(ratio))
    pen.setCosmetic(True)
    return pen


@lru_cache(maxsize=16)
def _grid(across: int, down: int, step: float) -> QPolygonF:
    return QPolygonF([QPointF(x * step, y * step) for x in range(across) for y in range(down)])


def _names(painter: QPainter, split: Border) -> None:
    painter.setFont(font("type"))
    painter.setPen(paint.colour(current().muted))
    y = split.top - 22.0
    painter.drawText(QPointF(split.x - 10.0 - metrics("type").horizontalAdvance("samples"), y), "samples")
    painter.drawText(QPointF(split.x + 10.0, y), "batches")
