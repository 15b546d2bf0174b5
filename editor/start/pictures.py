"""Pictures of graph files for the start page, drawn one a turn of the event loop, so that the page is there at once."""

from collections import deque
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, QSize, QTimer, Signal
from PySide6.QtGui import QImage

from editor.canvas.canvas import Canvas
from editor.document import Document
from runtime.check.check import check
from runtime.graph.model import Graph


class Pictures(QObject):
    """Emits `drawn` with a file and its picture."""

    drawn = Signal(object, QImage)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.waiting: deque[tuple[Path, Graph, QSize]] = deque()
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._draw_next)

    def ask(self, file: Path, graph: Graph, size: QSize) -> None:
        """Draw a graph as soon as there is time."""
        self.waiting.append((file, graph, size))
        self._timer.start()

    def forget(self) -> None:
        """Draw nothing more."""
        self.waiting.clear()
        self._timer.stop()

    def _draw_next(self) -> None:
        if not self.waiting:
            self._timer.stop()
            return
        file, graph, size = self.waiting.popleft()
        self.drawn.emit(file, picture(graph, size))


def picture(graph: Graph, size: QSize, chosen: Iterable[str] = ()) -> QImage:
    """The canvas of a graph, drawn off the screen; a height of 0 is as high as the graph needs.

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
