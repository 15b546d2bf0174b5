"""Asks by a process what the editor cannot tell at once: what torch says of a class or function, or a whole page."""

import json

from PySide6.QtCore import QCoreApplication, QObject, QProcess, QTimer, Signal

from editor.workers.started import end, start

PATIENCE = 60_000  # ms for an answer; importing torch takes some seconds
NO_ANSWER = "torch gave no answer"
OF_TORCH = "runtime.train.documentation"  # the modules that answer
OF_PAGES = "runtime.reference.telling"


class Asking(QObject):
    """One process answers all questions, and stays until `end`; what was answered once is known from then on."""

    answered = Signal(str, str, str)  # the name, a text or nothing, what went wrong or nothing

    def __init__(self, parent: QObject, module: str = OF_TORCH) -> None:
        super().__init__(parent)
        self.module = module
        self.process: QProcess | None = None
        self.known: dict[str, str] = {}
        self.waiting: list[str] = []
        self.late = QTimer(self, singleShot=True, interval=PATIENCE)
        self.late.timeout.connect(self._failed)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.end)

    def ask(self, name: str) -> None:
        """Answer at once where the name is known, otherwise when the process has."""
        if name in self.known:
            self.answered.emit(name, self.known[name], "")
            return
        if name not in self.waiting:
            self.waiting.append(name)
            self._started().write(f"{name}\n".encode())
            self.late.start()

    def end(self) -> None:
        """Ask no longer."""
        process, self.process = self.process, None
        self.waiting.clear()
        self.late.stop()
        if process is not None:
            end(process)

    def _started(self) -> QProcess:
        if self.process is None:
            process = self.process = QProcess(self)
            process.readyReadStandardOutput.connect(self._read)
            process.finished.connect(lambda *_: self._ended(process))
            process.errorOccurred.connect(lambda *_: self._ended(process))
            start(process, self.module)
        return self.process

    def _read(self) -> None:
        while self.process is not None and self.process.canReadLine():
            name, text = _answer(bytes(self.process.readLine().data()))
            if name in self.waiting:
                self.waiting.remove(name)
                self.known[name] = text
                self.answered.emit(name, text, "")
        if not self.waiting:
            self.late.stop()

    def _ended(self, process: QProcess) -> None:
        if process is self.process:
            self._failed()

    def _failed(self) -> None:
        lost = list(self.waiting)
        self.end()
        for name in lost:
            self.answered.emit(name, "", NO_ANSWER)


def _answer(line: bytes) -> tuple[str, str]:
    """The name and the text of an answer; nothing of a line that is none."""
    try:
        found = json.loads(line)
    except ValueError:
        return "", ""
    name, text = (found.get("name"), found.get("text")) if isinstance(found, dict) else ("", "")
    return (name, text) if isinstance(name, str) and isinstance(text, str) else ("", "")
