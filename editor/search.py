"""Search over the canvas: where it opens, what comes first, and that the node lands there, wired, or swaps one."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QPoint, QPointF, Signal
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QWidget

from editor.canvas.canvas import Canvas
from editor.canvas.intents import input_port
from editor.canvas.swap import fits_in_place
from editor.palette.fit import gives, takes
from editor.palette.popup import SearchPopup
from runtime.check.use import known
from runtime.graph.model import End
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
        self.swapped = ""  # the node that is to be of another type
        canvas.search_requested.connect(self.ask_at)
        canvas.rewiring.swap_wanted.connect(self.ask_for)
        self.popup.chosen.connect(self._add)
        self.popup.typed.connect(self._add_typed)
        self.popup.closed.connect(canvas.setFocus)

    def ask(self) -> None:
        """At the cursor where it is over the canvas, otherwise in the middle: then the node finds its own place."""
        seen = self.canvas.view.viewport()
        at = seen.mapFromGlobal(QCursor.pos())
        over = seen.rect().contains(at)
        self.ask_at(self.canvas.view.mapToScene(at if over else seen.rect().center()), None)
        self.at = self.at if over else None

    def ask_at(self, at: QPointF, wire: Any) -> None:
        """At a place of the scene; a wire that was dropped there wants what fits it."""
        self.wire, self.at, self.swapped = wire, at, ""
        self.popup.ask(self._on_window(at), self._fits(wire))

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

    def _add(self, type_name: str) -> None:
        if self.swapped:
            self.canvas.rewiring.swap(self.swapped, type_name)
        else:
            self.canvas.add_node(type_name, self.at, self.wire)

    def _add_typed(self, chain: Any) -> None:
        if self.swapped:
            call = chain.calls[0]
            self.canvas.rewiring.swap(self.swapped, call.type, call.parameters)
            return
        self.told.emit(" ".join(self.canvas.add_typed(chain, self.at, self.wire)))
