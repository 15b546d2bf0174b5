"""One run as its folder tells it: read a moment at a time, then followed for as long as somebody writes to it."""

from pathlib import Path
from time import monotonic
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from editor.past_run import past_graph
from editor.training.record import Record
from runtime.graph.model import Graph
from runtime.train import about
from runtime.train.folder import parsed

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
        self.at = 0  # up to where its events are read
        self.looking = QTimer(self, singleShot=True)
        self.looking.timeout.connect(self._look)

    def go_on(self) -> None:
        """Read what there is, and follow it where it has not ended."""
        if not self.looking.isActive():
            self.looking.start(0)

    def rest(self) -> None:
        """Nobody looks: read nothing until it is told to go on."""
        self.looking.stop()

    def close(self) -> None:
        """Follow it no more."""
        self.rest()
        self.deleteLater()

    def _look(self) -> None:
        before, whole = self.at, self._read_a_moment()
        if not whole or self.record.ended is None:
            self.looking.start(LOOK if whole else 0)
        if self.ready and self.at > before:
            self.grew.emit()
        elif whole and not self.ready:
            self.graph, _ = past_graph(self.folder)
            self.about = about.read(self.folder)
            self.ready = True
            self.known.emit()

    def _read_a_moment(self) -> bool:
        """Take whole lines for a moment; whether there are no more."""
        until = monotonic() + MOMENT
        try:
            with (self.folder / "events.jsonl").open("rb") as lines:
                lines.seek(self.at)
                while monotonic() < until:
                    line = lines.readline()
                    if not line.endswith(b"\n"):  # nothing, or cut off: for later
                        return True
                    self.at += len(line)
                    for event in parsed(line):
                        self.record.take(event)
        except OSError:  # gone, or out of reach for a while
            return True
        return False
