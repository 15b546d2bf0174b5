"""Has the user's own Python tried in a process, once it is trusted, so that its type is known while drawing."""

import json
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from editor.workers.started import ENDING, end, start
from runtime.spec.observed import Answer, Question, learn
from runtime.train.observer import TRYING

PATIENCE = 150_000  # ms for an answer: importing torch takes some seconds, and what is tried has a minute


class Observing(QObject):
    """One process answers all questions, one after another, and stays. `learned` comes with every answer."""

    learned = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.process: QProcess | None = None
        self.ready = False  # whether torch is there, so that something is being tried
        self.waiting: list[Question | None] = []  # None for what was asked of a file that is another one by now
        self.late = QTimer(self, singleShot=True, interval=PATIENCE)
        self.late.timeout.connect(self._failed)

    def ask(self, questions: Iterable[Question], folder: Path) -> None:
        """Have these tried, which the user trusts; what is on its way is not asked twice."""
        for question in questions:
            if question not in self.waiting:
                self.waiting.append(question)
                order = {"id": len(self.waiting), **question.order(folder)}
                self._started().write(json.dumps(order).encode() + b"\n")
                self.late.start()

    def forget(self, path: str) -> None:
        """What is being tried of a file that has changed is of no use: its answer will not count."""
        self.waiting = [each if each is None or each.python.path != path else None for each in self.waiting]

    def close(self) -> None:
        """Ask no longer."""
        process, self.process = self.process, None
        trying = self.ready and bool(self.waiting)
        self.ready = False
        self.waiting.clear()
        self.late.stop()
        if process is not None:
            process.closeWriteChannel()  # it ends what it tries, and then itself
            end(process, ENDING if trying else 0)

    def _started(self) -> QProcess:
        if self.process is None:
            process = self.process = QProcess(self)
            process.readyReadStandardOutput.connect(self._read)
            process.finished.connect(lambda *_: self._ended(process))
            process.errorOccurred.connect(lambda *_: self._ended(process))
            start(process, TRYING)
        return self.process

    def _read(self) -> None:
        learned = False
        while self.process is not None and self.process.canReadLine():
            told = json.loads(bytes(self.process.readLine().data()))
            if told["id"] is None:
                self.ready = True
            elif self.waiting:
                if (question := self.waiting.pop(0)) is not None:
                    learn(question, question.answer(told))
                learned = True
        if self.waiting:
            self.late.start()
        else:
            self.late.stop()
        if learned:
            self.learned.emit()

    def _ended(self, process: QProcess) -> None:
        if process is self.process:
            self._failed()

    def _failed(self) -> None:
        lost = [each for each in self.waiting if each is not None]
        self.close()
        for question in lost:
            learn(question, Answer(wrong=f"{question.python.called} could not be tried: its process ended"))
        if lost:
            self.learned.emit()
