"""One run as its folder tells it: read a moment at a time, then followed for as long as somebody writes to it.

One that goes on from another begins with what that one told: they are one training, and one curve.
"""

from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from editor.training.record import Record
from runtime.graph.model import Graph
from runtime.train import about
from runtime.train.chain import chain
from runtime.train.events import Events

LOOK = 500  # ms between two looks at the end of its events
MOMENT = 0.004  # seconds of reading, in the window's own thread: any other would hold the interpreter longer each time


class Followed(QObject):
    """`known` comes once, when record and graph are read; `grew` whenever there are more events after that.

    It rests until it is told to go on.
    """

    known = Signal()
    grew = Signal()

    def __init__(self, folder: Path, parent: QObject) -> None:
        super().__init__(parent)
        self.folder = folder
        self.record = Record()
        self.graph: Graph | None = None
        self.about: dict[str, Any] = {}
        self.ready = False
        self.count = 0  # of events that were read
        self.parts = [Events(each) for each in chain(folder)]  # its own are the last
        self.unread = [*self.parts]
        self.looking = QTimer(self, singleShot=True)
        self.looking.timeout.connect(self._look)

    def go_on(self) -> None:
        """Read what there is, and follow it where it has not ended."""
        if not self.looking.isActive():
            self.looking.start(0)

    @property
    def share(self) -> float:
        """How much of what was written has been read, 0 to 1."""
        whole = 0
        for part in self.parts:
            with suppress(OSError):  # it may be deleted at any moment
                whole += part.file.stat().st_size
        return min(sum(part.at for part in self.parts) / whole, 1.0) if whole else 1.0

    def rest(self) -> None:
        """Nobody looks: read nothing until it is told to go on."""
        self.looking.stop()

    def close(self) -> None:
        """Follow it no more."""
        self.rest()
        self.deleteLater()

    def _look(self) -> None:
        before, whole = self.count, self._read_a_moment()
        if not whole or self.record.ended is None:
            self.looking.start(LOOK if whole else 0)
        if self.ready and self.count > before:
            self.grew.emit()
        elif whole and not self.ready:
            self.graph = about.graph_of(self.folder)
            self.about = about.read(self.folder)
            self.ready = True
            self.known.emit()

    def _read_a_moment(self) -> bool:
        """Take events for a moment; whether there are no more."""
        until = monotonic() + MOMENT
        while self.unread:
            for event in self.unread[0].each_line():
                if event:
                    self._take(event)
                if monotonic() > until:
                    return False
            if len(self.unread) == 1:
                break
            self.unread.pop(0)
            self.record.ended = None  # that was the end of another run
        return True

    def _take(self, event: dict[str, Any]) -> None:
        self.count += 1
        with suppress(Exception):  # a folder from elsewhere can hold anything; the rest is told all the same
            self.record.take(event)
