"""What a process writes for the window on one order, with progress and a way out."""

import json
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QProcess

from editor.looks.progress_dialog import ProgressDialog
from editor.workers.started import end, start

if TYPE_CHECKING:
    from editor.window.window import Window

EXPORT, SAVE = "export", "save"  # what one that failed is told about, until one is done
SHOWN_AFTER = 400  # ms; what is done sooner needs no window


class Work(QObject):
    """One order that is carried out; it tells the window how it ended and is gone.

    The process reads a line of JSON and prints lines of JSON, of which the last one is its answer.
    """

    def __init__(self, window: "Window", module: str, order: str, label: str) -> None:
        super().__init__(window)
        self.window, self.line, self.told = window, order, b""
        self.cancelled = False  # whatever the process may still say
        self.dialog = ProgressDialog(label, SHOWN_AFTER, window)
        self.dialog.canceled.connect(self.cancel)
        self.process = QProcess(self)
        self.process.readyReadStandardOutput.connect(self._heard)
        self.process.finished.connect(self._ended)
        self.process.errorOccurred.connect(self._failed)
        start(self.process, module)
        self.process.write(order.encode() + b"\n")
        self.process.closeWriteChannel()

    def show(self, said: dict[str, Any]) -> None:
        """Show how far it is."""

    def tell(self, answer: dict[str, Any]) -> None:
        """Tell how it ended; without "problem" where it ended well, without anything where it died."""

    def refuse(self, name: str, why: str) -> None:
        """Say that a file was not written; nothing went wrong where the user wished so."""
        if self.cancelled:
            self.window.say(f"{name} was not written: the export was cancelled.")
        else:
            self.window.refuse(f"{name} was not written. {why}", EXPORT)

    def cancel(self) -> None:
        """End it; what is written stays."""
        self.cancelled = True
        self.process.kill()

    def close(self) -> None:
        """The window is going: nobody is there to be told how it ended."""
        self.process.finished.disconnect(self._ended)
        end(self.process)

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:  # every other end is told by `finished` too
            self._ended()

    def _heard(self) -> None:
        """The last whole line counts."""
        *lines, rest = (self.told + bytes(self.process.readAllStandardOutput().data())).split(b"\n")
        self.told = (lines[-1] + b"\n" if lines else b"") + rest
        self.show(_read(lines[-1]) if lines else {})

    def _ended(self) -> None:
        last = self.told.strip().rpartition(b"\n")[2]
        answer = _read(last)
        if self.cancelled and not {"written", "packed"} & answer.keys():  # it may have been too late
            answer = {"problem": "It was cancelled."}
        self.dialog.finish()
        self.tell(answer)
        self.deleteLater()


def _read(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
