"""What a run shows on the canvas: how far it is and its loss on the optimizers, and on which node it failed."""

from typing import Any

from PySide6.QtCore import QObject, QTimer

from editor.canvas.canvas import Canvas
from editor.session import Session
from runtime.graph.model import Graph
from runtime.spec.catalogue import catalogue

PAUSE = 250  # ms; a run may tell a thousand steps a second


class RunMarks(QObject):
    """Follows the session and marks nodes."""

    def __init__(self, session: Session, canvas: Canvas) -> None:
        super().__init__(session)
        self.session, self.canvas = session, canvas
        self.timer = QTimer(self, interval=PAUSE, singleShot=True)
        self.timer.timeout.connect(self._show)
        session.run_started.connect(self._forget)
        session.happened.connect(self._happened)
        session.run_ended.connect(lambda _: self._ended())
        session.run_released.connect(self._ended)
        session.document.changed.connect(lambda _: self._changed())

    def _forget(self) -> None:
        for id in list(self.canvas.failures):
            self.canvas.show_failure(id, "")

    def _changed(self) -> None:
        """The graph that failed is another one than this, so its failure says nothing of this one."""
        if self.canvas.failures and self.session.changes_since:
            self._forget()

    def _happened(self, event: dict[str, Any]) -> None:
        if event["event"] == "failed" and event.get("node") and not self.session.changes_since:
            self.canvas.show_failure(event["node"], str(event.get("message", "")))
        if event["event"] == "step" and not self.timer.isActive():
            self.timer.start()

    def _show(self) -> None:
        share = self.session.share_done if self.session.running else None
        loss = self.session.last_events[-1].get("loss") if self.session.last_events else None
        for id in optimizers(self.session.document.graph):
            text = "" if loss is None else f"loss {loss:.4g}"
            self.canvas.show_progress(id, -1 if share is None else share, text)

    def _ended(self) -> None:
        self.timer.stop()
        for id in optimizers(self.session.document.graph):
            self.canvas.show_progress(id, -1, "")


def optimizers(graph: Graph) -> list[str]:
    """The nodes that minimise."""
    known = catalogue()
    return [id for id, node in graph.nodes.items() if node.type in known and known[node.type].family == "optimizer"]
