"""Which port of a node a wire is for, where several are free and fit: a small menu at the cursor."""

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QMenu

from editor.canvas.face import MORE
from editor.canvas.intents import input_port
from editor.canvas.pin import Pin
from runtime.graph.model import Edge, End

if TYPE_CHECKING:
    from editor.canvas.canvas import Canvas


def ask_for_port(canvas: "Canvas", pin: Pin, choice: Iterable[Pin], detached: Edge | None, at: QPointF) -> QMenu:
    """Open the menu at a place of the scene; the port that is chosen gets the wire, Esc leaves all as it was."""
    menu = QMenu(canvas)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for port in choice:
        action = menu.addAction(_said(canvas, port))
        action.triggered.connect(partial(canvas.connect_pins, pin, port, detached, None, at))
    menu.setActiveAction(menu.actions()[0])
    view = canvas.view
    menu.popup(view.viewport().mapToGlobal(view.mapFromScene(at)))
    return menu


def _said(canvas: "Canvas", pin: Pin) -> str:
    """The name of a port and its type."""
    if pin.port == MORE:
        return "A new field"
    end = End(*pin)
    if pin.output:
        made = canvas.report.types.get(end)
        return f"{pin.port}\t{made}" if made else pin.port
    port = input_port(canvas.graph, end)
    return f"{pin.port}\t{port.pattern}" if port and str(port.pattern) != "any" else pin.port
