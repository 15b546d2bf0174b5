"""Asks the process that shows what is on wires: one question at a time, of each kind the newest, and never waits."""

import json
from typing import Any

from PySide6.QtCore import QObject, QProcess, QTimer, Signal
from shiboken6 import isValid

from editor.workers.started import end, start

SHOWING = "runtime.train.preview"  # the module of the process
IMPORT = 150_000  # ms that torch may take to be there
PATIENCE = 60_000  # ms for an answer, or for a sign that it is being worked on
ENDED = "The process that shows what is on wires has ended: {why}. It is started again with the next question."
LATE = "There was no answer within {seconds} seconds, and no sign of one. Another question starts anew."
AS_IT_IS: Any = object  # a dict; one that Qt is told of arrives as a copy with its keys sorted
Order = dict[str, Any]
Answer = dict[str, Any]


class Asking(QObject):
    """The process of one window, started with the first question. `answered` tells the order with its answer.

    The "for" of an order is its kind: who asks. Questions of other kinds wait for their turn.
    """

    answered = Signal(AS_IT_IS, AS_IT_IS)  # the order, and facts or {"problem": sentence}
    reached = Signal(str, int)  # what is being done about the question, "reading titles.tsv", and seconds since then
    readied = Signal()  # torch is there

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.process: QProcess | None = None
        self.ready = False
        self.asked: Order | None = None  # what the process is about
        self.waiting: dict[str, Order] = {}  # what it is to be about then, by kind
        self.number = 0
        self.late = QTimer(self, singleShot=True)
        self.late.timeout.connect(self._late)

    @property
    def idle(self) -> bool:
        """Whether a question would be answered at once."""
        return self.ready and self.asked is None

    def warm(self) -> None:
        """Start the process, if it is not there."""
        if self.process is None:
            process = QProcess(self)
            self.follow(process)
            start(process, SHOWING)

    def follow(self, process: QProcess) -> None:
        """Hear what a process says."""
        self.process = process
        process.setStandardErrorFile(QProcess.nullDevice())
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(lambda code, status: self._ended(process, code, status))
        process.errorOccurred.connect(lambda _: self._ended(process, -1, QProcess.ExitStatus.CrashExit))

    def ask(self, order: Order) -> None:
        """Ask this; a question of its kind that waits is forgotten for it."""
        self.waiting[order["for"]] = order
        self._go_on()

    def withdraw(self, kind: str) -> None:
        """Ask no longer for this kind; a process that is about it is killed for the next question to find a new one."""
        self.waiting.pop(kind, None)
        if self.asked is not None and self.asked["for"] == kind:
            self._begin_anew()
            self.warm()

    def _begin_anew(self) -> None:
        """Without the process, and without what it was about; what waits is asked of another one."""
        waiting = self.waiting
        self.close()
        self.waiting = waiting
        if waiting:
            self._go_on()

    def _go_on(self) -> None:
        """Send what waits, or see to it that there is a process for it."""
        self.warm()
        if not self.ready:
            self.reached.emit("starting torch", 0)
            if not self.late.isActive():
                self.late.start(IMPORT)
        elif self.asked is None:
            self._send()

    def close(self) -> None:
        """Ask no longer; the process is killed: it holds nothing that could be lost."""
        process, self.process = self.process, None
        self.ready, self.asked, self.waiting = False, None, {}
        self.late.stop()
        if process is not None:
            end(process)

    def _send(self) -> None:
        if not self.waiting or self.process is None:
            return
        self.asked = self.waiting.pop(next(iter(self.waiting)))
        self.number += 1
        line = json.dumps({key: value for key, value in self.asked.items() if key != "for"} | {"id": self.number})
        self.process.write(line.encode() + b"\n")
        self.late.start(PATIENCE)

    def _read(self) -> None:
        while self.process is not None and self.process.canReadLine():
            told = json.loads(bytes(self.process.readLine().data()))
            if told["id"] is None:
                self.ready = True
                self.late.stop()
                self.readied.emit()
                self._send()
            elif "stage" in told:
                self._reached(told["stage"], told.get("seconds", 0))
            elif self.asked is not None:
                self._answer(told)

    def _reached(self, stage: str, seconds: int) -> None:
        if self.asked is not None:
            self.late.start(PATIENCE)
            self.reached.emit(stage, seconds)

    def _answer(self, told: Answer) -> None:
        order, self.asked = self.asked, None
        self.late.stop()
        self._send()
        if order is not None:
            self.answered.emit(order, told)

    def _late(self) -> None:
        seconds = (PATIENCE if self.ready else IMPORT) // 1000
        self._fail(LATE.format(seconds=seconds))

    def _ended(self, process: QProcess, code: int, status: QProcess.ExitStatus) -> None:
        gone = not isValid(self.late)  # type: ignore[no-untyped-call]
        if process is self.process and not gone:  # a window that is deleted takes its timers before its processes
            crashed = status == QProcess.ExitStatus.CrashExit
            self._fail(ENDED.format(why="it crashed or was killed" if crashed else f"exit code {code}"))

    def _fail(self, sentence: str) -> None:
        """The question that the process was about has no answer; none has one where there never was a process."""
        failed = [self.asked] if self.asked is not None else [*self.waiting.values()]
        if self.asked is None:
            self.close()
        else:
            self._begin_anew()
        for order in failed:
            self.answered.emit(order, {"end": order["end"], "problem": sentence})
