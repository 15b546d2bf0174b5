"""The curves as files: a picture (PNG), a drawing (SVG), or a table of every point as it came (CSV)."""

from collections.abc import Callable, Iterator
from itertools import chain, starmap
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, QPoint, QRectF, QSize, Signal
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog, QMenu

from editor.document.recent import usual_folder
from editor.looks.file_dialog import FileDialog
from editor.looks.pieces import IconButton, colour
from editor.training.chart import Scatter
from editor.training.lines import Runs, plots
from editor.training.predictions import CONFUSION, SCATTER, Predictions
from editor.training.pyramid import Floats
from editor.training.record import Record
from editor.workers.in_thread import InThread
from runtime.graph.carried import in_picture, in_svg
from runtime.graph.model import Graph
from runtime.graph.save import write_whole

if TYPE_CHECKING:
    from editor.training.plot import Curves

SCALE = 2  # pixels of a picture for each on the screen
ROWS = 2000  # that are written at a time, so that the window gets its turn
KINDS = {"png": "Picture (PNG)", "svg": "Drawing (SVG)", "csv": "Every value (CSV)"}


class Export(IconButton):
    """A button with a menu of the kinds of files; says how it ended by `told`."""

    told = Signal(str)

    def __init__(self, curves: "Curves") -> None:
        super().__init__("export", "Save the curves as a picture or a table", size=14)
        self.curves, self._writing = curves, InThread(self)
        self.graph: Callable[[], Graph | None] = lambda: None  # of the run whose curves these are
        self.beside: Callable[[], Path] = usual_folder  # where to, unless the user says so
        self.kinds = QMenu(self)
        for kind, words in KINDS.items():
            self.kinds.addAction(f"{words}...").triggered.connect(lambda _=False, kind=kind: self.ask(kind))
        self.clicked.connect(lambda: self.kinds.popup(self.mapToGlobal(QPoint(0, self.height()))))

    def ask(self, kind: str) -> None:
        """Ask where to."""
        dialog = FileDialog(self, "Save the curves", self.beside(), f"{KINDS[kind].partition(' (')[0]} (*.{kind})")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(kind)
        dialog.selectFile(f"curves.{kind}")
        dialog.fileSelected.connect(lambda path: self.save(Path(path), kind))
        dialog.open()

    def save(self, file: Path, kind: str) -> None:
        """Write the file; a table in a thread, for it may be long."""
        if kind == "csv":
            parts = rows(self.curves.runs, self.curves.predicted.found)
            self._writing.do(lambda: _written(file, parts), self.told.emit)
        else:
            self.told.emit(_written(file, iter([self._drawn(kind)])))

    def _drawn(self, kind: str) -> bytes:
        """A picture or a drawing, which carries the graph of the run where there is one."""
        graph = self.graph()
        if kind == "png":
            return as_png(self.curves) if graph is None else in_picture(as_png(self.curves), graph)
        drawn = as_svg(self.curves)
        return drawn if graph is None else in_svg(drawn.decode(), graph).encode()


def _written(file: Path, parts: Iterator[bytes]) -> str:
    """Write the file, and say how that ended."""
    try:
        write_whole(file, b"".join(parts))
    except OSError as problem:
        return f"{file.name} was not saved: {problem.strerror}."
    return f"Saved {file.name}."


def rows(runs: Runs, predictions: Predictions | None = None) -> Iterator[bytes]:
    """The table of all curves, with a row for each point as it came: in which plot, of which curve, at which step.

    Of predictions the step is the true number; classes have none.
    """
    points = [each for run in runs for each in _points(*run, len(runs) > 1)]  # as they are now
    if predictions is not None and not predictions.classes:
        points.append((SCATTER, "predicted", predictions.true, predictions.predicted))
    return chain([b"plot,curve,step,value\n"], *starmap(_rows, points), _cells(predictions))


def _points(name: str, record: Record, several: bool) -> Iterator[tuple[str, str, Floats, Floats]]:
    """All that is drawn of a run when it is drawn alone, each once; of `several` by its name."""
    found = {id(line.series): (plot, line) for plot, lines in plots([("", record)]).items() for line in lines}
    for plot, line in found.values():
        yield plot, f"{name}, {line.name}" if several else line.name, line.series.x, line.series.y


def _rows(plot: str, curve: str, x: Floats, y: Floats) -> Iterator[bytes]:
    head = f"{_quoted(plot)},{_quoted(curve)}"
    for at in range(0, x.size, ROWS):
        both = zip(x[at : at + ROWS].tolist(), y[at : at + ROWS].tolist(), strict=True)
        yield "".join(f"{head},{step:.15g},{value!r}\n" for step, value in both).encode()


def _cells(predictions: Predictions | None) -> Iterator[bytes]:
    """Of the confusion matrix."""
    names = predictions.classes if predictions else ()
    for true, row in zip(names, predictions.table if predictions else (), strict=True):
        for name, times in zip(names, row, strict=True):
            yield f"{CONFUSION},{_quoted(f'{true} taken for {name}')},,{times}\n".encode()


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def as_png(curves: "Curves") -> bytes:
    """The legend and the plots as a picture."""
    image = QImage(SCALE * curves.size(), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(SCALE)
    paint(curves, QPainter(image))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"png").write(image)
    return bytes(buffer.data().data())


def as_svg(curves: "Curves") -> bytes:
    """The same as lines and words."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    made = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)  # the older one cannot cut what lies beyond the axes
    made.setOutputDevice(buffer)
    made.setTitle("Curves")
    made.setSize(curves.size())
    made.setViewBox(QRectF(curves.rect()))
    paint(curves, QPainter(made))
    return bytes(buffer.data().data())


def paint(curves: "Curves", painter: QPainter) -> None:
    """Draw what the curves show with a painter, which ends with it; buttons and crosshair are left out."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(curves.rect(), colour("panel"))
    names = curves.legend.names
    painter.save()
    painter.translate(names.mapTo(curves, QPoint()))
    names.draw(painter, QSize(curves.width() - 24, names.height()))
    painter.restore()
    for chart in curves.charts:
        if chart.isVisible():
            chart.paint_on(painter, QRectF(chart.mapTo(curves, QPoint()), chart.size()))
    page = curves.predicted.currentWidget()
    if isinstance(page, Scatter) and page.isVisible():
        page.paint_on(painter, QRectF(page.mapTo(curves, QPoint()), page.size()))
    elif page.isVisible():
        page.render(painter, page.mapTo(curves, QPoint()))
    painter.end()
