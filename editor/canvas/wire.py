"""The item of a wire: a curve from an output to an input, coloured by what it carries."""

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPainterPath, QPainterPathStroker, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from editor.canvas import paint
from editor.canvas.detail import NEAR, seen_at
from editor.canvas.dotted import through
from editor.canvas.ground import Ground
from editor.canvas.lanes import Lanes
from editor.canvas.port import Port
from editor.canvas.route import TRACKS, routed
from editor.canvas.stock import PipeItem
from editor.looks.theme import current
from editor.looks.unharmed import unharmed
from runtime.check.problem import ERROR, WARNING, Problem
from runtime.graph.model import Edge

SAMPLES = 24  # places of a curve that are looked at
BRANCHES = 8  # of a source; more are not drawn again where they meet
WARNED = 13.0  # how large the sign of a warning is, which short wires have room for
RING, GAP = 8.4, 5.6  # of a selected wire: as wide as its mark is, and as the canvas between that and the wire
DOT = 5.0  # from the middle of a dot to its edge
AROUND = 70.0  # how far beside its ends a wire looks for a way


class Dot(NamedTuple):
    """A bend of a wire that the user set, by its place among those of the wire."""

    wire: "Wire"
    at: int


class Wire(PipeItem):
    """An edge on the canvas."""

    def __init__(self, edge: Edge, source: Port, target: Port) -> None:
        self._bounds, self._way = QRectF(), QPainterPath()
        super().__init__()
        self._dir_pointer.setParentItem(None)  # type: ignore[arg-type]
        # our wires have no arrow, and it costs most of the loading time
        self.setAcceptHoverEvents(False)
        self.edge, self.slot, self.track = edge, 0, 0
        self.kind, self.problem = "unknown", None
        self.hovered = False
        self.dots: tuple[QPointF, ...] = ()  # that the user set, from the source on
        self.chosen: frozenset[int] = frozenset()  # the selected ones of them
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

    def route(self, ground: Ground, lanes: Lanes | None = None) -> None:
        """Draw the curve anew after an end moved: through its dots or, without any, around what is on the ground.

        Among `lanes` it keeps off the wires from other sources; without them it stays on the track that it has.
        """
        start, stop = self.source.anchor(), self.target.anchor(self)
        if self.dots:
            self.lie(through([start, *self.dots, stop], ground.near, self.track))
            return
        around = QRectF(start, stop).normalized().adjusted(-AROUND, -AROUND, AROUND, AROUND)
        near, rects = ground.near(around), ground.rects.values()
        if lanes is None:
            way = routed(start, stop, near, self.track, rects)
        else:
            ways = (routed(start, stop, near, track, rects) for track in range(TRACKS))
            self.track, way = lanes.lay(self.edge, ways)
        self.lie(way)

    @property
    def choice(self) -> float:
        """How many ways it could go: one that can run straight has none, one in a narrow gap few."""
        way = self.target.anchor(self) - self.source.anchor()
        return min(abs(way.x()), abs(way.y()))

    def arrives(self, path: QPainterPath) -> bool:
        """Whether a way leads from its output to its input as they stand now."""
        if path.isEmpty():
            return False
        first = path.elementAt(0)
        return (QPointF(first.x, first.y), path.currentPosition()) == (self.source.anchor(), self.target.anchor(self))

    def lie(self, path: QPainterPath) -> None:
        """Take this way."""
        self.prepareGeometryChange()  # before the bounds change, or the scene keeps a pointer to a wire that is gone
        room = DOT + 4.0 if self.dots else WARNED / 2 + 2.0
        self._bounds = path.controlPointRect().adjusted(-room, -room, room, room)
        self._grip, self._way = None, path  # Qt would hand out a copy of its path for each frame
        self.setPath(path)

    def dot_at(self, at: QPointF, reach: float) -> int | None:
        """Which dot lies within reach of a scene position."""
        ways = [(dot - at).manhattanLength() for dot in self.dots]
        return ways.index(min(ways)) if ways and min(ways) <= reach else None

    def within(self, rect: QRectF) -> frozenset[int]:
        """Which dots lie in a rectangle."""
        return frozenset(at for at, dot in enumerate(self.dots) if rect.contains(dot))

    def place_of(self, at: QPointF) -> int:
        """Where among the dots one comes that is set on the wire at a scene position."""
        count = SAMPLES * (len(self.dots) + 1)
        places = [self._way.pointAtPercent(each / count) for each in range(count + 1)]

        def along(place: QPointF) -> int:
            return min(range(count + 1), key=lambda each: (places[each] - place).manhattanLength())

        return sum(along(dot) < along(at) for dot in self.dots)

    def choose(self, chosen: frozenset[int]) -> None:
        """Select some of the dots."""
        if chosen != self.chosen:
            self.chosen = chosen
            self.update()

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

    def meets(self, at: QPointF, reach: float) -> bool:
        """Whether the curve comes within reach of a scene position."""
        stroker = QPainterPathStroker()
        stroker.setWidth(2 * reach)
        return stroker.createStroke(self._way).contains(at)

    def boundingRect(self) -> QRectF:
        """The curve with its width."""
        return self._bounds

    @unharmed
    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """The curve, under a rim in the colour of the canvas that keeps crossings apart."""
        ink, theme, near = self.ink(), current(), seen_at(painter, option) >= NEAR
        if self.isSelected():
            painter.strokePath(self._way, paint.pen(theme.accent, RING))
            painter.strokePath(self._way, paint.pen(theme.canvas, GAP))
        elif near:
            painter.strokePath(self._way, paint.pen(theme.canvas, 5.0))
            self._mend(painter)
        painter.strokePath(self._way, ink)
        if near and self.problem is not None and self.problem.severity == WARNING:
            sign = QRectF(0.0, 0.0, WARNED, WARNED)
            sign.moveCenter(self._way.pointAtPercent(0.5))
            paint.badge(painter, sign, WARNING)
        if self.dots:
            self._paint_dots(painter, ink)

    def _paint_dots(self, painter: QPainter, ink: QPen) -> None:
        theme = current()
        for at, dot in enumerate(self.dots):
            if at in self.chosen:
                painter.setPen(paint.NO_PEN)
                painter.setBrush(paint.colour(theme.accent, 110))
                painter.drawEllipse(dot, DOT + 3.0, DOT + 3.0)
            painter.setPen(paint.pen(theme.canvas, 1.5))
            painter.setBrush(ink.color())
            painter.drawEllipse(dot, DOT, DOT)

    def ink(self) -> QPen:
        """The pen of the curve: by what it carries, or by what is wrong with it."""
        theme, problem = current(), self.problem
        width = 2.8 if self.hovered or self.isSelected() else 2.0
        if problem is None:
            return paint.pen(paint.kind_colour(theme, self.kind), width)
        made = QPen(paint.pen(paint.severity_colour(theme, problem.severity), width, problem.severity == ERROR))
        if problem.severity == WARNING:
            made.setDashPattern(paint.LONG_DASHES)
        return made

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

    def setCacheMode(self, *_: object) -> None:
        """Nothing: the stock class asks for a cache, which takes most of the time in which an item is made."""

    def activate(self) -> None:
        """Nothing: `hovered` and `isSelected` say it."""

    def highlight(self) -> None:
        """Nothing."""

    def reset(self) -> None:
        """Nothing."""

    def draw_path(self, *_: object) -> None:
        """Nothing: `route` draws."""
