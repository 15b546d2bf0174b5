"""Pictures of graphs for the start page, drawn by a process: each would hold the window for a tenth of a second."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QCoreApplication, QObject, QProcess, QSize, QTimer, Signal
from PySide6.QtGui import QImage

from editor.looks import theme
from editor.workers.started import end, start
from runtime.graph.file import dump
from runtime.graph.model import Graph

PAUSE = 150  # ms; whoever opens a graph at once needs no pictures


class Pictures(QObject):
    """Emits `drawn` with the name of a graph and its picture."""

    drawn = Signal(str, QImage)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.process: QProcess | None = None
        self.folder: TemporaryDirectory[str] | None = None
        self.waiting: tuple[Mapping[str, Graph], QSize] | None = None
        self._timer = QTimer(self, interval=PAUSE, singleShot=True)
        self._timer.timeout.connect(self._start)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.forget)

    def ask(self, graphs: Mapping[str, Graph], size: QSize) -> None:
        """Draw these graphs in the colours of the theme, and no others any more."""
        self.forget()
        self.waiting = (graphs, size)
        self._timer.start()

    def forget(self) -> None:
        """Draw nothing more."""
        self._timer.stop()
        self.waiting = None
        process, self.process = self.process, None
        if process is not None:
            end(process)
        self.folder = None

    def _start(self) -> None:
        if self.waiting is None:
            return
        graphs, size = self.waiting
        folder = self.folder = TemporaryDirectory(prefix="torchweave-")
        for name, graph in graphs.items():
            (Path(self.folder.name) / f"{name}.json").write_text(dump(graph), encoding="utf-8")
        process = self.process = QProcess(self)
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(lambda *_: self._ended(process, folder))
        asked = ["--pictures", self.folder.name, "--size", f"{size.width()}x{size.height()}"]
        start(process, "editor", *asked, "--theme", theme.current().name)

    def _ended(self, process: QProcess, folder: TemporaryDirectory[str]) -> None:
        folder.cleanup()  # nobody writes into it any more
        if process is self.process:
            self.forget()

    def _read(self) -> None:
        while self.process is not None and self.folder is not None and self.process.canReadLine():
            file = Path(self.folder.name) / bytes(self.process.readLine().data()).decode().strip()
            self.drawn.emit(file.stem, QImage(str(file)))
