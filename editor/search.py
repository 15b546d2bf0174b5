"""Search over the canvas: where it opens, what comes first, and that the node lands well, wired, or swaps one."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QPoint, QPointF, Signal
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QWidget

from editor.canvas.arriving import chosen
from editor.canvas.canvas import Canvas
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
        self.before: tuple[Pin, ...] = ()  # free outputs of the selected node, where no wire was pulled
        self.swapped = ""  # the node that is to be of another type
        canvas.search_requested.connect(self.ask_at)
        canvas.rewiring.swap_wanted.connect(self.ask_for)
        self.popup.chosen.connect(self._add)
        self.popup.typed.connect(self._add_typed)
        self.popup.closed.connect(canvas.setFocus)

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
        self.wire, self.at, self.swapped = wire, at, ""
        self.before = self._selected() if wire is None else ()
        fits = [self._fits(each) for each in ((wire,) if wire is not None else self.before)]
        any_of = (lambda spec: any(fit(spec) for fit in fits if fit)) if any(fits) else None
        self.popup.ask(self._on_window(at), any_of)

    def _selected(self) -> tuple[Pin, ...]:
        """The outputs of the one selected node that feed nothing yet: a new node is joined to one that it takes."""
        graph, chosen = self.canvas.graph, self.canvas.selected()
        spec = known(graph).get(graph.nodes[chosen[0]].type) if len(chosen) == 1 else None
        ports = spec.ports(graph.nodes[chosen[0]].parameters)[1] if spec else ()
        ends = (Pin(chosen[0], port.name, True) for port in ports)
        return tuple(end for end in ends if End(*end) not in graph.outgoing)

    def _joint(self, spec: Spec | None) -> tuple[Any, str]:
        """The port that a new node is joined to, that of the wire or of the selected node; or why to none."""
        if self.wire is not None or spec is None or (not spec.inputs and not spec.grows):
            return self.wire, ""
        found = next((pin for pin in self.before if (fits := self._fits(pin)) and fits(spec)), None)
        chosen = self.canvas.selected()
        return found, self._why_alone(spec, chosen[0]) if found is None and len(chosen) == 1 else ""

    def _why_alone(self, spec: Spec, id: str) -> str:
        if not self.before:
            return f"{spec.title} is not wired: {id} has no output that feeds nothing yet. Pull a wire from it instead."
        types = self.canvas.report.types
        gives = " and ".join(
            f"{pin} gives {types.get(End(*pin)) or 'what is not known yet'}" for pin in self.before[:2]
        )
        return f"{spec.title} is not wired: {gives}, which it does not take there."

    def ask_for(self, id: str) -> None:
        """Which type a node is to be of, below it."""
        canvas, self.swapped = self.canvas, id
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

    def _place(self) -> QPointF | None:
        """Beside the selected node if it is seen: a cursor that rests would pile nodes up. Else where one searched."""
        return None if self.wire is None and chosen(self.canvas) else self.at

    def _add(self, type_name: str) -> None:
        if self.swapped:
            self.canvas.rewiring.swap(self.swapped, type_name)
        else:
            spec = known(self.canvas.graph).get(type_name) or self.popup.offered.get(type_name)
            joint, why = self._joint(spec)
            self.canvas.add_node(type_name, self._place(), joint)
            if why:
                self.told.emit(why)

    def _add_typed(self, chain: Any) -> None:
        if self.swapped:
            call = chain.calls[0]
            self.canvas.rewiring.swap(self.swapped, call.type, call.parameters)
            return
        spec = known(self.canvas.graph).get(chain.calls[0].type)
        joint, why = self._joint(spec)
        self.told.emit(" ".join(filter(None, [*self.canvas.add_typed(chain, self._place(), joint), why])))
