"""Reads many run folders in a process of its own: there may be a thousand, and no window stands still for them."""

import json
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, Signal

from editor.workers.started import end, start
from runtime.train.runs import Glance

SOON = 40  # runs that are shown before all are read, where nothing was shown yet


class Listing(QObject):
    """`told` carries the runs of the folders that were asked for, newest first; and whether those are all."""

    told = Signal(list, bool)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.process: QProcess | None = None
        self.found: list[Glance] = []
        self.rest = b""

    @property
    def reading(self) -> bool:
        """Whether it is under way."""
        return self.process is not None

    def read(self, roots: Sequence[Path]) -> None:
        """Read the runs in these folders; what was being read is given up."""
        self.close()
        self.found, self.rest = [], b""
        process = self.process = QProcess(self)
        process.readyReadStandardOutput.connect(lambda: self._take(process))
        process.finished.connect(lambda *_: self._end(process))
        process.errorOccurred.connect(lambda *_: self._end(process))
        start(process, "runtime.train.runs", *map(str, roots))

    def close(self) -> None:
        """Read no more."""
        process, self.process = self.process, None
        if process is not None:
            end(process)

    def _take(self, process: QProcess) -> None:
        if process is not self.process:
            return
        before = len(self.found)
        *lines, self.rest = (self.rest + bytes(process.readAllStandardOutput().data())).split(b"\n")
        self.found += [Glance(**json.loads(line)) for line in lines if line]
        if before < SOON <= len(self.found):
            self.told.emit(list(self.found), False)

    def _end(self, process: QProcess) -> None:
        if process is self.process:
            self._take(process)
            self.process = None
            process.deleteLater()
            self.told.emit(self.found, True)
