"""A look at a data file by a process of its own: what fields it has, and how many rows."""

import json
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, QProcess, QTimer, Signal

from editor.workers.started import end, start

PATIENCE = 30_000  # ms
NO_ANSWER = {"problem": "Looking at the file ended without an answer"}


class Looking(QObject):
    """One look at a time. The file may be large, slow or broken: nobody waits for it."""

    found = Signal(str, object)  # node, {"type", "parameters", "rows", "notes"} or {"problem"}

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.process: QProcess | None = None
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.end)

    def begin(self, node: str, file: Path) -> None:
        """Look at `file` for a node."""
        self.end()
        process = self.process = QProcess(self)
        process.finished.connect(lambda *_: self._ended(process, node))
        process.errorOccurred.connect(lambda *_: self._ended(process, node))
        QTimer.singleShot(PATIENCE, process, process.kill)
        start(process, "runtime.train.look", str(file))

    def end(self) -> None:
        """Look no longer."""
        process, self.process = self.process, None
        if process is not None:
            end(process)

    def _ended(self, process: QProcess, node: str) -> None:
        if process is self.process:
            self.process = None
            answer = read_answer(bytes(process.readAllStandardOutput().data()))
            process.deleteLater()
            self.found.emit(node, answer)


def read_answer(output: bytes) -> dict[str, Any]:
    """What the process printed, if it is an answer."""
    try:
        found = json.loads(output)
    except ValueError:
        return NO_ANSWER
    known = isinstance(found, dict) and ("problem" in found or isinstance(found.get("parameters"), dict))
    return found if known else NO_ANSWER
