"""A graph as a picture of the canvas, drawn off the screen."""

from collections.abc import Iterable

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from editor.canvas.canvas import Canvas
from editor.document.document import Document
from runtime.check.check import check
from runtime.graph.model import Graph


def picture(graph: Graph, size: QSize, chosen: Iterable[str] = ()) -> QImage:
    """The canvas of a graph; a height of 0 is as high as the graph needs.

    The nodes that are `chosen` look as where they are selected.
    """
    document = Document()
    canvas = Canvas(document, None)
    try:
        document.open(graph, None)
        canvas.show_report(check(graph))
        canvas.select(chosen)
        return canvas.picture(size.width(), size.height() or None)
    finally:
        canvas.dispose()
