"""A wire in the hand: pulled from a port, pulled off an input, dropped on a port, on a node or on nothing."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QGraphicsPathItem

from editor.canvas import paint
from editor.canvas.carry import Carry
from editor.canvas.choosing import ask_for_port
from editor.canvas.face import MORE
from editor.canvas.fitting import fitting, offered
from editor.canvas.gestures import Band, Gesture
from editor.canvas.intents import Refusal, disconnection, input_port, refusal
from editor.canvas.node import NodeBox
from editor.canvas.pin import Pin
from editor.canvas.port import Port
from editor.canvas.route import soft
from editor.canvas.wire import Dot, Wire
from editor.looks.theme import current
from runtime.check.problem import ERROR
from runtime.graph.model import Edge, End

if TYPE_CHECKING:
    from editor.canvas.view import View

SLACK = 4.0  # pixels that a click may tremble
CLOSE = 22.0  # a wire jumps to a port this near
EXACT = 7.0  # nearer than this the port itself is meant
ON_LINE = 4.0  # a wire is pulled off where it is pressed this near to its line
BY_DOT = 18.0  # a dot is meant where its wire is pressed this near to it


class PressWire:
    """A click on a wire selects it, and asks about its problem; pulling it takes it off its input.

    Pulled is only what was pressed exactly: beside the line a drag is a band, and close to a dot it carries that.
    """

    def __init__(self, view: "View", wire: Wire, at: QPointF, adding: bool) -> None:
        self.view, self.wire, self.start, self.adding = view, wire, at, adding
        view.canvas.selection.press(wire, adding)

    def moved(self, at: QPointF, pixel: QPointF) -> None:
        """Beyond a tremble it is another gesture."""
        if (at - self.start).manhattanLength() * self.view.scale_now > 2 * SLACK:
            self.view.gesture = self._meant(at)
            self.view.gesture.moved(at, pixel)

    def _meant(self, at: QPointF) -> Gesture:
        view, wire = self.view, self.wire
        if (dot := wire.dot_at(self.start, BY_DOT / view.scale_now)) is not None:
            return Carry(view, Dot(wire, dot), self.start, self.adding)
        if wire.meets(self.start, ON_LINE / view.scale_now):
            return PullWire(view, wire.target, at, wire)
        if not self.adding:
            view.canvas.selection.set(set(), set())
        return Band(view, self.start, self.adding)

    def released(self, at: QPointF) -> None:
        """A red wire says what is wrong with it."""
        self.view.canvas.wire_clicked.emit(self.wire.edge.source, at)
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
        self.fits = fitting(self.canvas.graph, self.canvas.report, self.port.pin, self.edge)
        self._faded = False
        self.item = QGraphicsPathItem()
        self.item.setZValue(800)
        if self.detached:
            self.detached.setVisible(False)
        view.scene().addItem(self.item)
        self._draw(at, current().accent)

    @property
    def edge(self) -> Edge | None:
        """The edge that was pulled off."""
        return self.detached.edge if self.detached else None

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
        if self.far and not self._faded:
            self._fade()
        self.target = self._near(at)
        landing, offer = self._landing(), self._offered()
        why, choice = (offer, ()) if isinstance(offer, Refusal) else (self._why_not(), offer)
        doubt = self._doubt(landing) if landing is not None else ""
        theme = current()
        end = landing.anchor() if landing is not None else at
        self._draw(end, theme.error if why or doubt else paint.kind_colour(theme, self._kind()), bool(doubt))
        self.view.hover(landing)
        if why is not None:
            self.canvas.callout.say(why.sentence, ERROR, at)
        elif landing is not None:
            self.canvas.callout.say(doubt or self.canvas.tip(landing), ERROR if doubt else "", at)
        elif choice:
            names = ", ".join("a new field" if pin.port == MORE else pin.port for pin in choice)
            self.canvas.callout.say(f"Let go to choose: {names}.", "", at)
        else:
            self.canvas.callout.leave()

    def _fade(self) -> None:
        """Show which ports the wire fits."""
        self._faded, own = True, {(self.port.name, self.port.output)}
        for id, box in self.canvas.mirror.boxes.items():
            found = {(name, not self.port.output) for name in self.fits.get(id, ())}
            box.show_fitting(frozenset(found | (own if box is self.port.box else set())))

    def _doubt(self, landing: Port) -> str:
        """That the types do not fit: no reason to refuse the wire, but to know before it is let go."""
        output, into = (self.port, landing) if self.port.output else (landing, self.port)
        made = self.canvas.report.types.get(End(*output.pin))
        wanted = input_port(self.canvas.graph, End(*into.pin))
        if made is None or wanted is None or wanted.pattern.bound(made) is not None:
            return ""
        return f"Does not fit: {into.pin} accepts {wanted.pattern} and would get {made}."

    def _near(self, at: QPointF) -> Port | NodeBox | None:
        """The port under the cursor; else one nearby of the other direction to jump to; else whatever is hit."""
        reach = CLOSE / max(self.view.scale_now, 0.5)
        ports = self.view.ports_near(at, reach)
        exact = [port for port in ports if port.distance(at) * self.view.scale_now <= EXACT]
        if exact:
            return min(exact, key=lambda port: port.distance(at))
        facing = [port for port in ports if port.output != self.port.output and port.box is not self.port.box]
        if facing:
            able = [port for port in facing if port.name in self.fits.get(port.box.id, ())]
            return min(able or facing, key=lambda port: port.distance(at))
        hit = self.view.hit(at)
        return hit if isinstance(hit, Port | NodeBox) else None

    def _why_not(self) -> Refusal | None:
        if self.target is None or self.target is self.port or self.target is self.port.box:
            return None
        if isinstance(self.target, NodeBox):
            return None
        return refusal(self.canvas.graph, self.port.pin, self.target.pin, self.edge)

    def _offered(self) -> tuple[Pin, ...] | Refusal:
        """The free ports of the node under the cursor that take the wire, or why there is none."""
        if not isinstance(self.target, NodeBox) or self.target is self.port.box:
            return ()
        return offered(self.canvas.graph, self.canvas.report, self.port.pin, self.target.id, self.edge)

    def _kind(self) -> str:
        face = self.port.box.face
        return next((o.kind for o in face.outlets if self.port.output and o.name == self.port.name), "unknown")

    def _draw(self, at: QPointF, code: str, wrong: bool = False) -> None:
        """As the wire will be: one that does not fit is dashed."""
        start = self.port.anchor()
        self.item.setPath(soft(start, at) if self.port.output else soft(at, start))
        self.item.setPen(paint.pen(code, 2.4, dashed=wrong))

    def released(self, at: QPointF) -> None:
        """Connect, disconnect, or ask for a port or for a node to connect with."""
        choice, target, detached = self._offered(), self._landing(), self.edge
        self._clear()
        if isinstance(choice, Refusal):
            self.canvas.carry_out(choice, at)
        elif isinstance(target, Port):
            slot = target.slot_at(at)
            self.canvas.connect_pins(self.port.pin, target.pin, detached, slot, at)
        elif choice:
            ask_for_port(self.canvas, self.port.pin, choice, detached, at)
        elif self.target is None and detached is not None and self.far:
            self.canvas.carry_out(disconnection([detached]))
            self.canvas.search_requested.emit(at, self.port.pin)
            self.canvas.rewiring.unplugged.emit(
                f"{detached.source} no longer goes to {detached.target}. Undo joins them."
            )
        elif self.target is None and self.far:
            self.canvas.search_requested.emit(at, self.port.pin)

    def _landing(self) -> Port | None:
        """The port that the wire was dropped on; on a node, the only one that takes it."""
        choice = self._offered()
        if isinstance(self.target, NodeBox) and not isinstance(choice, Refusal):
            return self.target.ports.get((choice[0].port, choice[0].output)) if len(choice) == 1 else None
        if isinstance(self.target, Port) and self.target is not self.port:
            return self.target
        return None

    def _clear(self) -> None:
        self.view.scene().removeItem(self.item)
        self.view.hover(None)
        self.canvas.callout.leave()
        for box in self.canvas.mirror.boxes.values():
            box.show_fitting(None)
        if self.detached:
            self.detached.setVisible(True)

    def cancelled(self) -> None:
        """The wire is where it was."""
        self._clear()
