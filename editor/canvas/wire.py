"""The item of a wire: a curve from an output to an input, coloured by what it carries."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPainterPath, QPainterPathStroker, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from editor.canvas import paint
from editor.canvas.detail import NEAR, seen_at
from editor.canvas.ground import Ground
from editor.canvas.port import Port
from editor.canvas.route import routed
from editor.canvas.stock import PipeItem
from editor.theme import current
from runtime.check.problem import ERROR, Problem
from runtime.graph.model import Edge

BRANCHES = 8  # of a source; more are not drawn again where they meet
AROUND = 70.0  # how far beside its ends a wire looks for a way


class Wire(PipeItem):
    """An edge on the canvas."""

    def __init__(self, edge: Edge, source: Port, target: Port, track: int = 0) -> None:
        self._bounds = QRectF()
        super().__init__()
        self._dir_pointer.setParentItem(None)  # type: ignore[arg-type]
        # our wires have no arrow, and it costs most of the loading time
        self.setCacheMode(QGraphicsItem.CacheMode.NoCache)
        self.setAcceptHoverEvents(False)
        self.edge, self.slot, self.track = edge, 0, track
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

    def route(self, ground: Ground) -> None:
        """Draw the curve anew after an end moved, around what stands on the ground."""
        start, stop = self.source.anchor(), self.target.anchor(self)
        around = QRectF(start, stop).normalized().adjusted(-AROUND, -AROUND, AROUND, AROUND)
        self.lie(routed(start, stop, ground.near(around), self.track, ground.rects.values()))

    def arrives(self, path: QPainterPath) -> bool:
        """Whether a way leads from its output to its input as they stand now."""
        if path.isEmpty():
            return False
        first = path.elementAt(0)
        return (QPointF(first.x, first.y), path.currentPosition()) == (self.source.anchor(), self.target.anchor(self))

    def lie(self, path: QPainterPath) -> None:
        """Take this way."""
        self.prepareGeometryChange()  # before the bounds change, or the scene keeps a pointer to a wire that is gone
        self._bounds = path.controlPointRect().adjusted(-5.0, -5.0, 5.0, 5.0)
        self._grip = None
        self.setPath(path)

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
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """The curve, under a rim in the colour of the canvas that keeps crossings apart."""
        if seen_at(painter, option, widget) >= NEAR:
            theme = current()
            rim = paint.pen(theme.accent, 7.0, alpha=80) if self.isSelected() else paint.pen(theme.canvas, 5.0)
            painter.strokePath(self.path(), rim)
            self._mend(painter)
        painter.strokePath(self.path(), self.ink())

    def ink(self) -> QPen:
        """The pen of the curve: by what it carries, or by what is wrong with it."""
        theme, problem = current(), self.problem
        width = 2.8 if self.hovered or self.isSelected() else 2.0
        if problem is None:
            return paint.pen(paint.kind_colour(theme, self.kind), width)
        return paint.pen(paint.severity_colour(theme, problem.severity), width, problem.severity == ERROR)

    def _mend(self, painter: QPainter) -> None:
        """Wires of one source branch off, they do not cross: what the rim covered of those below is drawn again."""
        wires = self.source.wires
        if len(wires) < 2 or len(wires) > BRANCHES + 1 or self not in wires:
            return
        others = [wire for wire in wires[: wires.index(self)] if wire.isVisible()]
        if not others:
            return
        painter.save()
        painter.setClipRect(self._bounds)
        for wire in others:
            painter.strokePath(wire.path(), wire.ink())
        painter.restore()

    itemChange = QGraphicsItem.itemChange  # without the stock method, which is called for every flag of every item

    # hooks of the stock class that would repaint the wire in its own colours

    def activate(self) -> None:
        """Nothing: `hovered` and `isSelected` say it."""

    def highlight(self) -> None:
        """Nothing."""

    def reset(self) -> None:
        """Nothing."""

    def draw_path(self, *_: object) -> None:
        """Nothing: `route` draws."""
