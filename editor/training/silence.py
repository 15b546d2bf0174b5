"""A run of which nothing is heard for long: how long that is and where it stands. Nobody but the user ends it."""

import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from runtime.train.standing import Standing, answers, ask_standing, standing

if TYPE_CHECKING:
    from editor.running.session import Session

LONG, SOON = 60.0, 7.0  # seconds without an event: at most, and at least where steps come faster
TIMES = 5  # so many times the longest wait between two events
LOOK = 1000  # ms between two looks
SILENT = "its process does not answer"  # it was stopped from outside, or waits for a disk
ANSWER = 500  # ms for a process to write down where it stands


class Silence(QObject):
    """Emits `changed` when there is something else to say."""

    changed = Signal()

    def __init__(self, session: "Session", parent: QObject) -> None:
        super().__init__(parent)
        self.session = session
        self.sentence = ""
        self.heard = self.longest = 0.0
        self.steps = False  # whether there was one, since when nothing has to be got ready any more
        self.looking = QTimer(self, interval=LOOK)
        self.looking.timeout.connect(self._look)
        session.run_started.connect(self._begin)
        session.happened.connect(self._happened)
        session.run_ended.connect(lambda _: self._stop())
        session.run_released.connect(self._stop)
        if session.running:
            self._begin()
            self.steps = session.record.trains

    @property
    def patience(self) -> float:
        """Seconds after which it is strange that nothing is heard."""
        return min(LONG, max(SOON, TIMES * self.longest)) if self.steps else LONG

    def _begin(self) -> None:
        self.longest, self.steps = 0.0, False
        self._hear()

    def _happened(self, event: dict[str, Any]) -> None:
        if self.steps and event["event"] != "unpaused":
            self.longest = max(self.longest, time.monotonic() - self.heard)
        self.steps = self.steps or event["event"] == "step"
        self._hear()

    def _hear(self) -> None:
        self.heard = time.monotonic()
        if not self.looking.isActive():
            self.looking.start()
        self._say("")

    def _stop(self) -> None:
        self.looking.stop()
        self._say("")

    def _look(self) -> None:
        silent = time.monotonic() - self.heard
        folder = self.session.run_folder
        if folder is None or self.session.pausing.paused:
            self.heard = time.monotonic()
        elif silent >= self.patience:
            ask_standing(folder)
            QTimer.singleShot(ANSWER, self, self._tell)

    def _tell(self) -> None:
        silent, folder = time.monotonic() - self.heard, self.session.run_folder
        if not self.looking.isActive() or folder is None or silent < self.patience:
            return
        stands = standing(folder) if (there := answers(folder)) else Standing(None, SILENT)
        # The rest may take long, as a validation does, workers that begin, or keeping a large checkpoint.
        if silent >= LONG or (stands.node and not stands.slow) or not there:
            todo = "Stop now ends it." if self.session.stopping else "Wait, or press Stop, twice to end it at once."
            self._say(f"Nothing has happened for {round(silent)} s: {stands.doing}. {todo}")

    def _say(self, sentence: str) -> None:
        if sentence != self.sentence:
            self.sentence = sentence
            self.changed.emit()
