"""What the hand does between press and release: pan, travel, move nodes, pull them out, select by a band, cut wires."""

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath
from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsRectItem

from editor.canvas import paint
from editor.canvas.carried import Carried
from editor.canvas.intents import disconnection
from editor.canvas.node import NodeBox
from editor.canvas.route import soft
from editor.canvas.snapping import Snapping
from editor.canvas.wire import Wire
from editor.looks.theme import current
from runtime.graph.model import End

if TYPE_CHECKING:
    from editor.canvas.view import View

SLACK = 4.0  # pixels that a click may tremble
GOING = 0.25  # how opaque a wire is that a stroke met


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


class Travel:
    """The view goes where the hand is on the minimap."""

    def __init__(self, view: "View", pixel: QPointF) -> None:
        self.view = view
        view.minimap.go(pixel)

    def moved(self, at: QPointF, pixel: QPointF) -> None:
        """Go on."""
        self.view.minimap.go(pixel)

    def released(self, at: QPointF) -> None:
        """There."""

    def cancelled(self) -> None:
        """Where it is; looking elsewhere changes nothing."""


class Move:
    """Nodes follow the hand on the grid, one without wires onto a wire; a press that does not move selects."""

    def __init__(self, view: "View", box: NodeBox, at: QPointF, adding: bool) -> None:
        self.view, self.box, self.start, self.adding = view, box, at, adding
        self.was_selected = box.isSelected()
        selection = view.canvas.selection
        if adding:
            selection.set({*selection.nodes(), box.id}, set(), selection.frames(), selection.dots())
        elif not self.was_selected:
            view.canvas.select([box.id])
        self.carried = Carried(view.canvas)
        self.before = self.carried.nodes
        self.snapping = Snapping(view, box, self.before)
        self.moving = False
        self.pulled: tuple[str, ...] = ()  # out of their wires
        self.onto: Wire | None = None

    def moved(self, at: QPointF, pixel: QPointF) -> None:
        """Move all selected nodes by the same way; with Control held nothing leads the hand."""
        way = at - self.start
        if not self.moving and way.manhattanLength() * self.view.scale_now < SLACK:
            return
        self.moving = True
        led = self.snapping.way(way, bool(self.view.held & Qt.KeyboardModifier.ControlModifier))
        self.carried.put(led)
        if len(self.before) == 1:
            self._look_for_wire(at)

    def _look_for_wire(self, at: QPointF) -> None:
        """Light the wire onto which the node would go."""
        canvas, (id, *_) = self.view.canvas, self.before
        self.onto = canvas.rewiring.lands_on(id, at, bool(self.pulled))
        self.view.hover(self.onto)
        if self.onto is not None:
            canvas.callout.say(f"{id} goes onto this wire.", "", at)
        else:
            canvas.callout.leave()

    def released(self, at: QPointF) -> None:
        """One undo step for all of them; a click without moving selects this node alone, on a chip it asks for more."""
        canvas = self.view.canvas
        self.snapping.end()
        if self.moving:
            onto = self.onto.edge if self.onto is not None else None
            self._leave()
            places = {id: canvas.mirror.boxes[id].pos() for id in self.before}
            canvas.rewiring.moved(places, self.pulled, onto, tuple(self.carried.edits()))
        elif self.adding and self.was_selected:
            canvas.select([id for id in canvas.selected() if id != self.box.id])
        elif not self.adding:
            canvas.select([self.box.id])
            if chip := self.box.chip_at(self.start):
                canvas.preview_wanted.emit(End(self.box.id, chip), self.start)

    def cancelled(self) -> None:
        """Back to where they stood."""
        self.snapping.end()
        self._leave()
        self.carried.put(QPointF())

    def _leave(self) -> None:
        """Nothing stays lit or said."""
        self.view.hover(None)
        self.view.canvas.callout.leave()


class PullOut(Move):
    """Nodes follow the hand out of their wires, which heal behind them."""

    def __init__(self, view: "View", box: NodeBox, at: QPointF) -> None:
        super().__init__(view, box, at, False)
        self.hidden: list[Wire] = []
        self.healed = QGraphicsPathItem()
        self.healed.setPen(paint.pen(current().accent, 2.4, dashed=True))
        view.scene().addItem(self.healed)

    def moved(self, at: QPointF, pixel: QPointF) -> None:
        """With the first step they come off; dashes show how the others will be joined."""
        was_moving = self.moving
        super().moved(at, pixel)
        if self.moving and not was_moving:
            self._come_off()

    def _come_off(self) -> None:
        canvas = self.view.canvas
        self.pulled = tuple(self.before)
        wires = canvas.mirror.wires.items()
        self.hidden = [
            wire for edge, wire in wires if (edge.source.node in self.before) != (edge.target.node in self.before)
        ]
        for wire in self.hidden:
            wire.setVisible(False)
        path = QPainterPath()
        for edge in canvas.rewiring.joined(self.pulled):
            boxes = canvas.mirror.boxes
            one, other = boxes[edge.source.node].ports, boxes[edge.target.node].ports
            path.addPath(soft(one[edge.source.port, True].anchor(), other[edge.target.port, False].anchor()))
        self.healed.setPath(path)

    def _leave(self) -> None:
        super()._leave()
        for wire in self.hidden:
            wire.setVisible(True)
        self.hidden = []
        if self.healed.scene() is not None:
            self.view.scene().removeItem(self.healed)

    def released(self, at: QPointF) -> None:
        """As a move; a click alone leaves nothing behind."""
        super().released(at)
        self._leave()


class Band:
    """A rectangle from corner to corner; nodes that it touches are selected, and frames and dots inside of it."""

    def __init__(self, view: "View", at: QPointF, adding: bool) -> None:
        self.view, self.start = view, at
        selection = view.canvas.selection
        self.kept = (set(selection.nodes()), set(selection.frames())) if adding else (set[str](), set[str]())
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
        nodes = {id for id, box in mirror.boxes.items() if box.rect.intersects(rect)}
        frames = {id for id, box in mirror.frames.items() if rect.contains(box.rect)}
        within = {edge: wire.within(rect) for edge, wire in mirror.wires.items() if wire.dots}
        self.view.canvas.selection.set(self.kept[0] | nodes, set(), self.kept[1] | frames, within)

    def released(self, at: QPointF) -> None:
        """A band without size is a click on nothing."""
        if self.item.rect().isNull():
            self.view.canvas.selection.set(self.kept[0], set(), self.kept[1])
        self.cancelled()

    def cancelled(self) -> None:
        """The band away."""
        self.view.scene().removeItem(self.item)


class Cut:
    """A stroke across wires takes them away. A click alone sets a dot, where that is what its keys mean."""

    def __init__(self, view: "View", at: QPointF, sets_dots: bool = False) -> None:
        self.view, self.start, self.last, self.sets_dots = view, at, at, sets_dots
        self.met: dict[Wire, None] = {}
        self.path = QPainterPath(at)
        self.item = QGraphicsPathItem()
        self.item.setPen(paint.pen(current().error, 1.6 / view.scale_now, dashed=True))
        self.item.setZValue(900)
        view.scene().addItem(self.item)

    def moved(self, at: QPointF, pixel: QPointF) -> None:
        """Beyond a tremble draw the stroke; the wires that it meets fade."""
        if self.last is self.start and (at - self.start).manhattanLength() * self.view.scale_now < SLACK:
            return
        self.path.lineTo(at)
        self.item.setPath(self.path)
        for wire in self._crossed(self.last, at):
            self.met[wire] = None
            wire.setOpacity(GOING)
        self.last = at

    def released(self, at: QPointF) -> None:
        """Away with the wires that it met."""
        edges = [wire.edge for wire in self.met]
        self.cancelled()
        if self.last is self.start and self.sets_dots:
            self.view.canvas.framing.clicked(self.start)
        elif edges:
            self.view.canvas.carry_out(disconnection(edges))

    def _crossed(self, start: QPointF, stop: QPointF) -> list[Wire]:
        line = QPainterPath(start)
        line.lineTo(stop)
        band = line.boundingRect().adjusted(-1, -1, 1, 1)
        wires = self.view.canvas.mirror.wires.values()
        return [wire for wire in wires if wire.boundingRect().intersects(band) and wire.shape().intersects(line)]

    def cancelled(self) -> None:
        """The stroke away."""
        self.view.scene().removeItem(self.item)
        for wire in self.met:
            wire.setOpacity(1.0)
