"""Export with copies: data, weights and own modules go beside the script, in a process, with progress and a way out."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QProcess, Qt
from PySide6.QtWidgets import QMessageBox, QProgressDialog

from editor.started import end, start

if TYPE_CHECKING:
    from editor.window import Window

SHOWN_AFTER = 400  # ms; what is done sooner needs no window


def ask_copies(window: "Window", script: Path, lacking: str, copies: str, text: str) -> None:
    """Ask whether what the script needs is copied beside it; `lacking` says what that is, `copies` orders it."""
    box = QMessageBox(QMessageBox.Icon.NoIcon, "Export", f"{script.name} is to stand apart from what it reads.")
    box.setInformativeText(lacking)
    copy = box.addButton("Copy all beside it", QMessageBox.ButtonRole.AcceptRole)
    alone = box.addButton("Script alone", QMessageBox.ButtonRole.DestructiveRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(copy)
    answers = {copy: lambda: Packing(window, script, copies), alone: lambda: window.files.write_program(script, text)}
    window.ask(box, answers)


class Packing(QObject):
    """One export that goes on; it tells the window how it ended and is gone."""

    def __init__(self, window: "Window", script: Path, order: str) -> None:
        super().__init__(window)
        self.window, self.script, self.told = window, script, b""
        self.dialog = QProgressDialog(f"Copying beside {script.name}", "Cancel", 0, 0, window)
        self.dialog.setWindowTitle("Export")
        self.dialog.setWindowModality(Qt.WindowModality.WindowModal)
        self.dialog.setMinimumDuration(SHOWN_AFTER)
        self.dialog.canceled.connect(self.cancel)
        self.process = QProcess(self)
        self.process.readyReadStandardOutput.connect(self._heard)
        self.process.finished.connect(self._ended)
        self.process.errorOccurred.connect(self._failed)
        start(self.process, "runtime.packed")
        self.process.write(order.encode() + b"\n")
        self.process.closeWriteChannel()

    def cancel(self) -> None:
        """Stop copying; what is copied stays, the script is not written."""
        self.told = json.dumps({"problem": "It was cancelled."}).encode() + b"\n"
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
        said = _read(lines[-1]) if lines else {}
        if "of" in said:
            self.dialog.setMaximum(int(said["of"]))
            self.dialog.setValue(int(said["done"]))
            self.dialog.setLabelText(f"Copying beside {self.script.name}: {said['done']:,} of {said['of']:,} files")

    def _ended(self) -> None:
        answer = _read(self.told.strip().rpartition(b"\n")[2])
        self.dialog.canceled.disconnect()
        self.dialog.close()
        self.dialog.deleteLater()
        if "packed" in answer:
            self.window.say(f"Exported {self.script.name} and what it reads. python {self.script.name} trains it")
        else:
            why = answer.get("problem", "Copying ended without an answer.")
            self.window.refuse(f"{self.script.name} was not written. {why}")
        self.deleteLater()


def _read(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
