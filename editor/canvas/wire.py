"""The item of a wire: a curve from an output to an input, coloured by what it carries."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPainterPath, QPainterPathStroker
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from editor.canvas import paint
from editor.canvas.port import Port
from editor.canvas.stock import PipeItem
from editor.theme import current
from runtime.check.problem import ERROR, Problem
from runtime.graph.model import Edge

ROUND = 14.0  # the bends of a wire that goes back
OUT = 18.0  # how far it goes on before it turns


class Wire(PipeItem):
    """An edge on the canvas."""

    def __init__(self, edge: Edge, source: Port, target: Port) -> None:
        super().__init__()
        self._dir_pointer.setParentItem(None)  # type: ignore[arg-type]
        # our wires have no arrow, and it costs most of the loading time
        self.setCacheMode(QGraphicsItem.CacheMode.NoCache)
        self.setAcceptHoverEvents(False)
        self.edge, self.slot = edge, 0
        self.kind, self.problem = "unknown", None
        self.hovered = False
        self._grip: QPainterPath | None = None
        self.set_connections(source, target)

    kind: str
    problem: Problem | None

    @property
    def source(self) -> Port:
        """The output it comes from."""
        found: Port = self.output_port
        return found

    @property
    def target(self) -> Port:
        """The input it goes to."""
        found: Port = self.input_port
        return found

    def route(self) -> None:
        """Draw the curve anew after an end moved."""
        start, stop = self.source.anchor(), self.target.anchor(self)
        self.setPath(curve(start, stop, self.source.box.rect, self.target.box.rect))
        self._grip = None

    def show_type(self, kind: str, problem: Problem | None) -> None:
        """Colour the wire."""
        if (kind, problem) != (self.kind, self.problem):
            self.kind, self.problem = kind, problem
            self.update()

    def shape(self) -> QPainterPath:
        """What can be hit: some pixels on both sides of the curve."""
        if self._grip is None:
            stroker = QPainterPathStroker()
            stroker.setWidth(12.0)
            self._grip = stroker.createStroke(self.path())
        return self._grip

    def boundingRect(self) -> QRectF:
        """The curve with its width."""
        return self.path().controlPointRect().adjusted(-5.0, -5.0, 5.0, 5.0)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """The curve, under a rim in the colour of the canvas that keeps crossings apart."""
        theme = current()
        wrong = self.problem is not None
        code = paint.kind_colour(theme, self.kind)
        if self.problem is not None:
            code = paint.severity_colour(theme, self.problem.severity)
        lit = self.hovered or self.isSelected()
        if option.levelOfDetailFromTransform(painter.worldTransform()) > 0.38:
            rim = paint.pen(theme.accent, 7.0, alpha=80) if self.isSelected() else paint.pen(theme.canvas, 5.0)
            painter.strokePath(self.path(), rim)
        dashed = wrong and self.problem is not None and self.problem.severity == ERROR
        painter.strokePath(self.path(), paint.pen(code, 2.8 if lit else 2.0, dashed))

    # hooks of the stock class that would repaint the wire in its own colours

    def activate(self) -> None:
        """Nothing: `hovered` and `isSelected` say it."""

    def highlight(self) -> None:
        """Nothing."""

    def reset(self) -> None:
        """Nothing."""

    def draw_path(self, *_: object) -> None:
        """Nothing: `route` draws."""


def curve(start: QPointF, stop: QPointF, source: QRectF, target: QRectF) -> QPainterPath:
    """A wire's path: a soft S to the right, or around the nodes when the target lies behind the source."""
    path = QPainterPath(start)
    across = stop.x() - start.x()
    if across >= 24.0 or (across > -OUT and abs(stop.y() - start.y()) < 2.0):
        bend = max(min(across * 0.5, 110.0), min(abs(stop.y() - start.y()) * 0.35, across * 0.9))
        path.cubicTo(start + QPointF(bend, 0), stop - QPointF(bend, 0), stop)
        return path
    for at in bends(start, stop, source, target):
        _corner(path, *at)
    path.lineTo(stop)
    return path


def bends(start: QPointF, stop: QPointF, source: QRectF, target: QRectF) -> list[tuple[QPointF, QPointF, QPointF]]:
    """The corners of the way back: each with the points before and after it."""
    if target.top() > source.bottom() + 8.0:
        lane = (source.bottom() + target.top()) / 2
    elif source.top() > target.bottom() + 8.0:
        lane = (target.bottom() + source.top()) / 2
    else:
        lane = max(source.bottom(), target.bottom()) + 16.0
    right, left = start.x() + OUT, stop.x() - OUT
    points = [
        start,
        QPointF(right, start.y()),
        QPointF(right, lane),
        QPointF(left, lane),
        QPointF(left, stop.y()),
        stop,
    ]
    return list(zip(points, points[1:], points[2:], strict=False))


def _corner(path: QPainterPath, before: QPointF, at: QPointF, after: QPointF) -> None:
    """Go to a corner and around it, with a bend no wider than half of either side."""
    back, ahead = before - at, after - at
    one, two = abs(back.x()) + abs(back.y()), abs(ahead.x()) + abs(ahead.y())
    if not one or not two:
        return
    reach = min(ROUND, one / 2, two / 2)
    path.lineTo(at + back * (reach / one))
    path.quadTo(at, at + ahead * (reach / two))
