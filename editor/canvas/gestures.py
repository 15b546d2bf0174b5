"""What the hand does between press and release: pan, move nodes, select by a band, pull a wire."""

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsRectItem

from editor.canvas import paint
from editor.canvas.intents import Refusal, counterpart, disconnection, refusal
from editor.canvas.measure import GRID
from editor.canvas.node import NodeBox
from editor.canvas.port import Port
from editor.canvas.route import soft
from editor.canvas.wire import Wire
from editor.theme import current
from runtime.check.problem import ERROR

if TYPE_CHECKING:
    from editor.canvas.view import View

SLACK = 4.0  # pixels that a click may tremble
CLOSE = 22.0  # a wire jumps to a port this near
CROWD = 40  # more nodes than this move with plain wires until they are let go
EXACT = 7.0  # nearer than this the port itself is meant


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
        self.moving = False

    def moved(self, at: QPointF, pixel: QPointF) -> None:
        """Move all selected nodes by the same way."""
        way = at - self.start
        if not self.moving and way.manhattanLength() * self.view.scale_now < SLACK:
            return
        self.moving = True
        places = {id: QPointF(_snap(p.x() + way.x()), _snap(p.y() + way.y())) for id, p in self.before.items()}
        self._put(places, hurried=len(places) > CROWD)

    def released(self, at: QPointF) -> None:
        """One undo step for all of them; a click without moving selects this node alone."""
        canvas = self.view.canvas
        if self.moving:
            canvas.moved({id: canvas.mirror.boxes[id].pos() for id in self.before})
        elif self.adding and self.was_selected:
            canvas.select([id for id in canvas.selected() if id != self.box.id])
        elif not self.adding:
            canvas.select([self.box.id])

    def cancelled(self) -> None:
        """Back to where they stood."""
        self._put(self.before)

    def _put(self, places: dict[str, QPointF], hurried: bool = False) -> None:
        mirror = self.view.canvas.mirror
        for id, at in places.items():
            mirror.put(id, at)
        mirror.route(places, hurried)


def _snap(length: float) -> float:
    return round(length / GRID) * GRID


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


class PressWire:
    """A click on a wire selects it, and asks about its problem; pulling it takes it off its input."""

    def __init__(self, view: "View", wire: Wire, at: QPointF, adding: bool) -> None:
        self.view, self.wire, self.start = view, wire, at
        view.canvas.select_wire(wire, adding)

    def moved(self, at: QPointF, pixel: QPointF) -> None:
        """Beyond a tremble the wire comes off."""
        if (at - self.start).manhattanLength() * self.view.scale_now > 2 * SLACK:
            self.view.gesture = PullWire(self.view, self.wire.target, at, self.wire)
            self.view.gesture.moved(at, pixel)

    def released(self, at: QPointF) -> None:
        """A red wire says what is wrong with it."""
        if self.wire.problem is not None:
            self.view.canvas.problem_clicked.emit(self.wire.problem)

    def cancelled(self) -> None:
        """Nothing was done."""


class PullWire:
    """A wire hangs on the cursor, from a port that was pressed or from the source of a wire that was pulled off."""

    def __init__(self, view: "View", port: Port, at: QPointF, wire: Wire | None = None) -> None:
        self.view, self.canvas, self.start = view, view.canvas, at
        self.detached = wire or self._worn(port, at)
        self.port = self.detached.source if self.detached else port
        self.target: Port | NodeBox | None = None
        self.far = wire is not None
        self.item = QGraphicsPathItem()
        self.item.setZValue(800)
        if self.detached:
            self.detached.setVisible(False)
        view.scene().addItem(self.item)
        self._draw(at, current().accent)

    @staticmethod
    def _worn(port: Port, at: QPointF) -> Wire | None:
        """The wire that is pulled off an input."""
        if port.output or not port.wires:
            return None
        slot = port.slot_at(at)
        return next((wire for wire in port.wires if wire.slot == slot), port.wires[-1])

    def moved(self, at: QPointF, pixel: QPointF) -> None:
        """Follow the cursor, jump to a port nearby, and say why where it cannot be."""
        self.far = self.far or (at - self.start).manhattanLength() * self.view.scale_now > SLACK
        self.target = self._near(at)
        why = self._why_not()
        theme = current()
        end = self.target.anchor() if isinstance(self.target, Port) and self.target is not self.port else at
        self._draw(end, theme.error if why else paint.kind_colour(theme, self._kind()))
        self.view.hover(self.target if isinstance(self.target, Port) else None)
        if why is not None:
            self.canvas.callout.say(why.sentence, ERROR, at)
        elif isinstance(self.target, Port) and self.target is not self.port:
            self.canvas.callout.say(self.canvas.tip(self.target), "", at)
        else:
            self.canvas.callout.leave()

    def _near(self, at: QPointF) -> Port | NodeBox | None:
        """The port under the cursor; else one nearby of the other direction to jump to; else whatever is hit."""
        reach = CLOSE / max(self.view.scale_now, 0.5)
        around = QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach)
        items = self.view.scene().items(around)
        ports = [item for item in items if isinstance(item, Port) and item.distance(at) <= reach]
        exact = [port for port in ports if port.distance(at) * self.view.scale_now <= EXACT]
        if exact:
            return min(exact, key=lambda port: port.distance(at))
        fitting = [port for port in ports if port.output != self.port.output and port.box is not self.port.box]
        if fitting:
            return min(fitting, key=lambda port: port.distance(at))
        hit = self.view.hit(at)
        return hit if isinstance(hit, Port | NodeBox) else None

    def _why_not(self) -> Refusal | None:
        if self.target is None or self.target is self.port or self.target is self.port.box:
            return None
        if isinstance(self.target, NodeBox):
            return None
        detached = self.detached.edge if self.detached else None
        return refusal(self.canvas.graph, self.port.pin, self.target.pin, detached)

    def _kind(self) -> str:
        face = self.port.box.face
        return next((o.kind for o in face.outlets if self.port.output and o.name == self.port.name), "unknown")

    def _draw(self, at: QPointF, code: str) -> None:
        start = self.port.anchor()
        self.item.setPath(soft(start, at) if self.port.output else soft(at, start))
        self.item.setPen(paint.pen(code, 2.4))

    def released(self, at: QPointF) -> None:
        """Connect, disconnect, or search for a node to connect with."""
        self._clear()
        target = self._landing()
        detached = self.detached.edge if self.detached else None
        if isinstance(target, Port):
            slot = target.slot_at(at)
            self.canvas.connect_pins(self.port.pin, target.pin, detached, slot, at)
        elif self.target is None and detached is not None and self.far:
            self.canvas.carry_out(disconnection([detached]))
        elif self.target is None and self.far:
            self.canvas.search_requested.emit(at, self.port.pin)

    def _landing(self) -> Port | None:
        """The port that the wire was dropped on; on a node, the port that suits it."""
        if isinstance(self.target, NodeBox) and self.target is not self.port.box:
            pin = counterpart(self.canvas.graph, self.canvas.report, self.port.pin, self.target.id)
            return self.target.ports.get((pin.port, pin.output)) if pin else None
        if isinstance(self.target, Port) and self.target is not self.port:
            return self.target
        return None

    def _clear(self) -> None:
        self.view.scene().removeItem(self.item)
        self.view.hover(None)
        self.canvas.callout.leave()
        if self.detached:
            self.detached.setVisible(True)

    def cancelled(self) -> None:
        """The wire is where it was."""
        self._clear()
