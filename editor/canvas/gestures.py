"""What the hand does between press and release: pan, move nodes, select by a band, cut wires."""

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath
from PySide6.QtWidgets import QGraphicsLineItem, QGraphicsRectItem

from editor.canvas import paint
from editor.canvas.intents import disconnection
from editor.canvas.node import NodeBox
from editor.canvas.snapping import Snapping
from editor.canvas.wire import Wire
from editor.theme import current
from runtime.graph.model import End

if TYPE_CHECKING:
    from editor.canvas.view import View

SLACK = 4.0  # pixels that a click may tremble
CROWD = 40  # more nodes than this move with plain wires until they are let go


class Gesture(Protocol):
    """From press to release. `at` is a position in the scene."""

    def moved(self, at: QPointF, pixel: QPointF) -> None:
        """The mouse moved."""

    def released(self, at: QPointF) -> None:
        """The button came up: do it."""

    def cancelled(self) -> None:
        """Leave everything as it was."""


class Pan:
    """The scene follows the hand."""

    def __init__(self, view: "View", pixel: QPointF) -> None:
        self.view, self.last = view, pixel
        view.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def moved(self, at: QPointF, pixel: QPointF) -> None:
        """Scroll by what the hand moved."""
        self.view.pan(self.last - pixel)
        self.last = pixel

    def released(self, at: QPointF) -> None:
        """Let go."""
        self.view.viewport().unsetCursor()

    def cancelled(self) -> None:
        """Let go."""
        self.view.viewport().unsetCursor()


class Move:
    """Nodes follow the hand on the grid; a press that does not move selects."""

    def __init__(self, view: "View", box: NodeBox, at: QPointF, adding: bool) -> None:
        self.view, self.box, self.start, self.adding = view, box, at, adding
        self.was_selected = box.isSelected()
        if adding:
            view.canvas.select([*view.canvas.selected(), box.id])
        elif not self.was_selected:
            view.canvas.select([box.id])
        mirror = view.canvas.mirror
        self.before = {id: QPointF(mirror.boxes[id].pos()) for id in view.canvas.selected()}
        self.snapping = Snapping(view, box, self.before)
        self.moving = False

    def moved(self, at: QPointF, pixel: QPointF) -> None:
        """Move all selected nodes by the same way; with Control held nothing leads the hand."""
        way = at - self.start
        if not self.moving and way.manhattanLength() * self.view.scale_now < SLACK:
            return
        self.moving = True
        led = self.snapping.way(way, bool(self.view.held & Qt.KeyboardModifier.ControlModifier))
        places = {id: before + led for id, before in self.before.items()}
        self._put(places, hurried=len(places) > CROWD)

    def released(self, at: QPointF) -> None:
        """One undo step for all of them; a click without moving selects this node alone, on a chip it asks for more."""
        canvas = self.view.canvas
        self.snapping.end()
        if self.moving:
            canvas.moved({id: canvas.mirror.boxes[id].pos() for id in self.before})
        elif self.adding and self.was_selected:
            canvas.select([id for id in canvas.selected() if id != self.box.id])
        elif not self.adding:
            canvas.select([self.box.id])
            if chip := self.box.chip_at(self.start):
                canvas.preview_wanted.emit(End(self.box.id, chip), self.start)

    def cancelled(self) -> None:
        """Back to where they stood."""
        self.snapping.end()
        self._put(self.before)

    def _put(self, places: dict[str, QPointF], hurried: bool = False) -> None:
        mirror = self.view.canvas.mirror
        for id, at in places.items():
            mirror.put(id, at)
        mirror.route(places, hurried)


class Band:
    """A rectangle from corner to corner; what it touches is selected."""

    def __init__(self, view: "View", at: QPointF, adding: bool) -> None:
        self.view, self.start = view, at
        self.kept = view.canvas.selected() if adding else []
        theme = current()
        self.item = QGraphicsRectItem()
        self.item.setPen(paint.pen(theme.accent, 1.0 / view.scale_now))
        self.item.setBrush(paint.colour(theme.accent, 36))
        self.item.setZValue(900)
        view.scene().addItem(self.item)

    def moved(self, at: QPointF, pixel: QPointF) -> None:
        """Draw the band and select."""
        rect = QRectF(self.start, at).normalized()
        self.item.setRect(rect)
        mirror = self.view.canvas.mirror
        inside = [id for id, box in mirror.boxes.items() if box.rect.intersects(rect)]
        self.view.canvas.select([*self.kept, *(id for id in inside if id not in self.kept)])

    def released(self, at: QPointF) -> None:
        """A band without size is a click on nothing."""
        if self.item.rect().isNull():
            self.view.canvas.select(self.kept)
        self.cancelled()

    def cancelled(self) -> None:
        """The band away."""
        self.view.scene().removeItem(self.item)


class Cut:
    """A line across wires takes them away."""

    def __init__(self, view: "View", at: QPointF) -> None:
        self.view = view
        self.item = QGraphicsLineItem(QLineF(at, at))
        self.item.setPen(paint.pen(current().error, 1.6 / view.scale_now, dashed=True))
        self.item.setZValue(900)
        view.scene().addItem(self.item)

    def moved(self, at: QPointF, pixel: QPointF) -> None:
        """Draw the line; the wires that it meets light up."""
        self.item.setLine(QLineF(self.item.line().p1(), at))
        met = self._met()
        for wire in self.view.canvas.mirror.wires.values():
            if wire.hovered != (wire in met):
                wire.hovered = wire in met
                wire.update()

    def released(self, at: QPointF) -> None:
        """Away with the wires that it meets."""
        met = self._met()
        self.cancelled()
        if met:
            self.view.canvas.carry_out(disconnection(wire.edge for wire in met))

    def _met(self) -> list[Wire]:
        line = QPainterPath(self.item.line().p1())
        line.lineTo(self.item.line().p2())
        band = line.boundingRect().adjusted(-1, -1, 1, 1)
        wires = self.view.canvas.mirror.wires.values()
        return [wire for wire in wires if wire.boundingRect().intersects(band) and wire.shape().intersects(line)]

    def cancelled(self) -> None:
        """The line away."""
        self.view.scene().removeItem(self.item)
        for wire in self.view.canvas.mirror.wires.values():
            wire.hovered = False
