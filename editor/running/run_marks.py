"""What a run shows beside its panel: how far it is on the optimizers and in the title, and on which node it failed."""

import sys
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from editor.canvas.canvas import Canvas
from editor.running.session import Session
from editor.training.record import duration
from runtime.graph.model import Graph
from runtime.spec.catalogue import catalogue
from runtime.spec.value import rounded

PAUSE = 250  # ms; a run may tell a thousand steps a second
BADGES = ("darwin", "win32")  # where a number on the icon of a program is understood


class RunMarks(QObject):
    """Follows the session and marks nodes; `told` says the same in words for a title, nothing while nothing runs."""

    told = Signal(str)

    def __init__(self, session: Session, canvas: Canvas) -> None:
        super().__init__(session)
        self.session, self.canvas = session, canvas
        self.own = True  # whether the run is of the graph that was open when it began
        self.timer = QTimer(self, interval=PAUSE, singleShot=True)
        self.timer.timeout.connect(self._show)
        session.run_started.connect(self._forget)
        session.run_shown.connect(self._soon)  # what a run goes on from may be read after it has begun
        session.happened.connect(self._happened)
        session.pausing.changed.connect(self._soon)
        session.run_ended.connect(lambda _: self._ended())
        session.run_released.connect(self._ended)
        session.document.changed.connect(lambda _: self._changed())

    def _forget(self) -> None:
        self.own = not self.session.changes_since
        for id in list(self.canvas.failures):
            self.canvas.show_failure(id, "")
        self._soon()  # one that goes on is somewhere before its first step

    def _changed(self) -> None:
        """The graph that failed is another one than this, so its failure says nothing of this one."""
        if self.canvas.failures and self.session.changes_since:
            for id in list(self.canvas.failures):
                self.canvas.show_failure(id, "")

    def _happened(self, event: dict[str, Any]) -> None:
        if event["event"] == "failed" and event.get("node") and not self.session.changes_since:
            self.canvas.show_failure(event["node"], str(event.get("message", "")))
        if event["event"] == "step":
            self._soon()

    def _soon(self) -> None:
        if self.session.running and not self.timer.isActive():
            self.timer.start()

    def _show(self) -> None:
        share = self.session.share_done if self.session.running else None
        last = self.session.last_step or {}
        left = self._left()
        told = [f"loss {rounded(last['loss'], 4)}"] if isinstance(last.get("loss"), int | float) else []
        for id in optimizers(self.session.document.graph) if self.own else ():
            self.canvas.show_progress(id, -1 if share is None else share, ", ".join([*told, *left]), *left)
        if share is not None:
            self._tell(", ".join([f"{share:.0%}", *left]), round(100 * share))

    def _left(self) -> list[str]:
        """How long the rest takes if it goes on like this, as soon as that can be said; not of a run that is paused."""
        if self.session.pausing.paused:
            return ["paused"]
        left = self.session.record.left
        return [] if left is None else [f"{duration(left)} left"]

    def _tell(self, words: str, percent: int) -> None:
        self.told.emit(words)
        application = QGuiApplication.instance()
        if sys.platform in BADGES and isinstance(application, QGuiApplication):
            application.setBadgeNumber(percent)

    def _ended(self) -> None:
        self.timer.stop()
        for id in optimizers(self.session.document.graph):
            self.canvas.show_progress(id, -1, "")
        self._tell("", 0)


def optimizers(graph: Graph) -> list[str]:
    """The nodes that minimise."""
    known = catalogue()
    return [id for id, node in graph.nodes.items() if node.type in known and known[node.type].family == "optimizer"]
