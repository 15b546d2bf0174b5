"""A run of which nothing is heard for long: how long that is and where it stands. Nobody but the user ends it."""

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from runtime.train.standing import ask_standing, standing

if TYPE_CHECKING:
    from editor.running.session import Session

LONG = 60.0  # seconds without an event
LOOK = 5000  # ms between two looks
ANSWER = 500  # ms for a process to write down where it stands


class Silence(QObject):
    """Emits `changed` when there is something else to say."""

    changed = Signal()

    def __init__(self, session: "Session", parent: QObject) -> None:
        super().__init__(parent)
        self.session = session
        self.sentence = ""
        self.heard = 0.0
        self.looking = QTimer(self, interval=LOOK)
        self.looking.timeout.connect(self._look)
        session.run_started.connect(self._hear)
        session.happened.connect(lambda _: self._hear())
        session.run_ended.connect(lambda _: self._stop())
        session.run_released.connect(self._stop)
        if session.running:
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
        elif silent >= LONG:
            ask_standing(folder)
            QTimer.singleShot(ANSWER, self, self._tell)

    def _tell(self) -> None:
        silent = time.monotonic() - self.heard
        if self.looking.isActive() and silent >= LONG and self.session.run_folder is not None:
            _, doing = standing(self.session.run_folder)
            todo = "Stop now ends it." if self.session.stopping else "Wait, or press Stop, twice to end it at once."
            self._say(f"Nothing has happened for {round(silent)} s: {doing}. {todo}")

    def _say(self, sentence: str) -> None:
        if sentence != self.sentence:
            self.sentence = sentence
            self.changed.emit()
