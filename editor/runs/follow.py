"""One run as its folder tells it: read beside the window, then followed for as long as somebody writes to it."""

from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from editor.past_run import past_graph
from editor.training.record import Record
from runtime.graph.model import Graph
from runtime.train import about
from runtime.train.folder import parsed

LOOK = 500  # ms between two looks at the end of its events
MOST = 4 * 2**20  # bytes that are read at once; the rest comes with the next look


class Followed(QObject):
    """`known` comes once, when record and graph are read; `grew` whenever there are more events."""

    known = Signal()
    grew = Signal()
    _read = Signal(object)  # from a thread: record, bytes, graph, what is told of it

    def __init__(self, folder: Path, parent: QObject) -> None:
        super().__init__(parent)
        self.folder = folder
        self.record = Record()
        self.graph: Graph | None = None
        self.about: dict[str, Any] = {}
        self.ready = False
        self.at, self.rest = 0, b""
        self._looking = QTimer(self, interval=LOOK)
        self._looking.timeout.connect(self._look)
        self._read.connect(self._take, Qt.ConnectionType.QueuedConnection)
        Thread(target=self._begin, daemon=True).start()

    def close(self) -> None:
        """Follow it no more."""
        self._looking.stop()
        self.deleteLater()

    def _begin(self) -> None:
        record, size = Record(), 0
        with suppress(OSError), (self.folder / "events.jsonl").open("rb") as lines:
            for line in lines:
                if not line.endswith(b"\n"):  # cut off: for later
                    break
                size += len(line)
                for event in parsed(line):
                    record.take(event)
        graph, _ = past_graph(self.folder)
        with suppress(RuntimeError):  # nobody wants it any more
            self._read.emit((record, size, graph, about.read(self.folder)))

    def _take(self, read: Any) -> None:
        self.record, self.at, self.graph, self.about = read
        self.ready = True
        if self.record.ended is None:
            self._looking.start()
        self.known.emit()

    def _look(self) -> None:
        """Take what was written since; a run that goes on where it was begins again behind its end."""
        try:
            with (self.folder / "events.jsonl").open("rb") as file:
                file.seek(self.at)
                data = file.read(MOST)
        except OSError:  # gone, or out of reach for a while
            return
        if not data:
            return
        self.at += len(data)
        whole, _, self.rest = (self.rest + data).rpartition(b"\n")
        for event in parsed(whole):
            self.record.take(event)
        if self.record.ended is not None:
            self._looking.stop()
        self.grew.emit()
