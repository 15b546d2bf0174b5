"""Search over the canvas: where it opens, what comes first, and that the node lands there, wired."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QPointF, Signal
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QWidget

from editor.canvas.canvas import Canvas
from editor.canvas.intents import input_port
from editor.palette.fit import gives, takes
from editor.palette.popup import SearchPopup
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
        canvas.search_requested.connect(self.ask_at)
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
        self.wire, self.at = wire, at
        view = self.canvas.view
        self.popup.ask(view.viewport().mapTo(self.window, view.mapFromScene(at)), self._fits(wire))

    def _fits(self, wire: Any) -> Callable[[Spec], bool] | None:
        if wire is None:
            return None
        at = End(wire.node, wire.port)
        if wire.output:
            return takes(self.canvas.report.types.get(at))
        return gives(input_port(self.canvas.graph, at))

    def _add(self, type_name: str) -> None:
        self.canvas.add_node(type_name, self.at, self.wire)

    def _add_typed(self, chain: Any) -> None:
        self.told.emit(" ".join(self.canvas.add_typed(chain, self.at, self.wire)))
