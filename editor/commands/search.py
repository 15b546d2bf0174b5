"""Search over the canvas: where it opens, what comes first, and that the node lands well, wired, or swaps one."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QPoint, QPointF, Signal
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QWidget

from editor.canvas.arriving import chosen
from editor.canvas.canvas import Canvas
from editor.canvas.fitting import wires_at_once
from editor.canvas.intents import input_port
from editor.canvas.pin import Pin
from editor.canvas.swap import fits_in_place
from editor.palette.fit import gives, takes
from editor.palette.popup import SearchPopup
from runtime.check.use import known
from runtime.graph.model import End
from runtime.spec.from_code import Chain
from runtime.spec.node import Spec


class Search(QObject):
    """Joins the canvas with the popup over `window`. `told` says what of typed code the wires do not bring."""

    told = Signal(str)

    def __init__(self, canvas: Canvas, window: QWidget) -> None:
        super().__init__(window)
        self.canvas, self.window = canvas, window
        self.popup = SearchPopup(window)
        self.wire: Any = None  # the port that a wire was pulled from
        self.at: QPointF | None = None  # nowhere in particular
        self.before: dict[str, list[Pin]] = {}  # outputs of selected nodes, where no wire was pulled
        self.swapped = ""  # the node that is to be of another type
        self.lost = ""  # says which wire was taken away as the search opened
        canvas.search_requested.connect(self.ask_at)
        canvas.rewiring.swap_wanted.connect(self.ask_for)
        self.popup.chosen.connect(self._add)
        self.popup.typed.connect(self._add_typed)
        self.popup.closed.connect(self._closed)
        canvas.rewiring.unplugged.connect(self._unplugged)

    def _unplugged(self, sentence: str) -> None:
        self.lost = sentence
        self.told.emit(sentence)

    def _closed(self) -> None:
        """Escape ends what was said last, and takes no wire back: that is said again."""
        self.canvas.setFocus()
        if self.lost:
            self.told.emit(self.lost)

    def ask(self) -> None:
        """At the cursor where it is over the canvas, otherwise in the middle: then the node finds its own place."""
        if (pointed := self.canvas.view.pointed) is not None:
            self.ask_at(pointed, None)
            return
        seen = self.canvas.view.viewport()
        at = seen.mapFromGlobal(QCursor.pos())
        over = seen.rect().contains(at)
        self.ask_at(self.canvas.view.mapToScene(at if over else seen.rect().center()), None)
        self.at = self.at if over else None

    def add(self, wanted: str | Chain) -> None:
        """A type, or typed code, of the palette: joined to the selected node like one that was searched for."""
        self.wire, self.at, self.swapped, self.before = None, None, "", self._selected()
        if isinstance(wanted, str):
            self._add(wanted)
        else:
            self._add_typed(wanted)

    def ask_at(self, at: QPointF, wire: Any) -> None:
        """At a place of the scene; a wire that was dropped there wants what fits it."""
        self.wire, self.at, self.swapped, self.lost = wire, at, "", ""
        self.before = self._selected() if wire is None else {}
        pins = [wire] if wire is not None else [pin for found in self.before.values() for pin in found]
        fits = [self._fits(each) for each in pins]
        any_of = (lambda spec: any(fit(spec) for fit in fits if fit)) if any(fits) else None
        self.popup.ask(self._on_window(at), any_of)

    def _selected(self) -> dict[str, list[Pin]]:
        """The outputs of the selected nodes, from top to bottom: a new node is joined to those that it takes.

        Of one node only those that feed nothing yet; a join of several takes them also where they feed others.
        """
        graph, found = self.canvas.graph, dict[str, list[Pin]]()
        selected = sorted(self.canvas.selected(), key=lambda id: graph.layout.get(id, (0, 0))[::-1])
        for id in selected:
            spec = known(graph).get(graph.nodes[id].type)
            pins = [Pin(id, port.name, True) for port in (spec.ports(graph.nodes[id].parameters)[1] if spec else ())]
            used = [pin for pin in pins if End(*pin) in graph.outgoing]
            free = [pin for pin in pins if pin not in used]
            if pins or len(selected) == 1:
                found[id] = [*free, *used] if len(selected) > 1 else free
        return found

    def _joints(self, spec: Spec | None) -> tuple[list[Any], str]:
        """The ports that a new node is joined to, that of the wire or those of the selected nodes; or why to none."""
        if self.wire is not None or spec is None or (not spec.inputs and not spec.grows):
            return [self.wire] if self.wire is not None else [], ""
        found = list[Pin]()
        for id, pins in self.before.items():
            pin = next((pin for pin in pins if (fits := self._fits(pin)) and fits(spec)), None)
            if pin is None:
                return [], self._why_alone(spec, id)
            found.append(pin)
        if (room := wires_at_once(spec)) < len(found):
            takes = "one wire" if room == 1 else f"{room} wires"
            return [], f"{spec.title} is not wired: it takes {takes}, and {len(found)} nodes are selected."
        return found, ""

    def _why_alone(self, spec: Spec, id: str) -> str:
        if not self.before[id]:
            return f"{spec.title} is not wired: {id} has no output that feeds nothing yet. Pull a wire from it instead."
        types = self.canvas.report.types
        gives = " and ".join(
            f"{pin} gives {types.get(End(*pin)) or 'what is not known yet'}" for pin in self.before[id][:2]
        )
        return f"{spec.title} is not wired: {gives}, which it does not take there."

    def ask_for(self, id: str) -> None:
        """Which type a node is to be of, below it."""
        canvas, self.swapped, self.lost = self.canvas, id, ""
        near = known(canvas.graph).get(canvas.graph.nodes[id].type)
        at = self._on_window(canvas.mirror.boxes[id].rect.bottomLeft())
        self.popup.ask(at, fits_in_place(canvas.graph, canvas.report, id), near, f"Swap {id} for: a name, or code")

    def _on_window(self, at: QPointF) -> QPoint:
        view = self.canvas.view
        return view.viewport().mapTo(self.window, view.mapFromScene(at))

    def _fits(self, wire: Any) -> Callable[[Spec], bool] | None:
        if wire is None:
            return None
        at, side = End(wire.node, wire.port), self.canvas.report.sides.get(wire.node, "")
        if wire.output:
            return takes(self.canvas.report.types.get(at), side)
        return gives(input_port(self.canvas.graph, at), side)

    def _place(self, joints: list[Any]) -> QPointF | None:
        """Behind what it joins, beside the selected node if that is seen: a cursor that rests would pile nodes up."""
        beside = len(joints) > 1 or chosen(self.canvas)
        return None if self.wire is None and beside else self.at

    def _add(self, type_name: str) -> None:
        self.lost = ""
        if self.swapped:
            self.canvas.rewiring.swap(self.swapped, type_name)
        else:
            spec = known(self.canvas.graph).get(type_name) or self.popup.offered.get(type_name)
            joints, why = self._joints(spec)
            self.canvas.adding.node(type_name, self._place(joints), *joints)
            if why:
                self.told.emit(why)

    def _add_typed(self, chain: Any) -> None:
        self.lost = ""
        if self.swapped:
            call = chain.calls[0]
            self.canvas.rewiring.swap(self.swapped, call.type, call.parameters)
            return
        spec = known(self.canvas.graph).get(chain.calls[0].type)
        joints, why = self._joints(spec)
        self.told.emit(" ".join(filter(None, [*self.canvas.adding.typed(chain, self._place(joints), *joints), why])))
