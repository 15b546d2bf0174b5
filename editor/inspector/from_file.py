"""The file that a node or the whole model has its weights from: chosen, told in short, taken off."""

from collections.abc import Callable
from pathlib import Path, PurePosixPath

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from editor.inspector.row import NAME_WIDTH
from editor.looks.file_dialog import FileDialog
from editor.looks.pieces import Elided, Line, TextButton
from runtime.check.matches import Matches
from runtime.check.problem import Report
from runtime.graph.edit import Edit
from runtime.graph.model import Graph
from runtime.graph.weights import AFRESH, source
from runtime.train.tensors import CHECKPOINTS, SAFE

ENDS = (SAFE, *CHECKPOINTS)
KINDS = f"Weights ({' '.join(f'*{end}' for end in ENDS)});;All files (*)"
MOST = 4  # lines of details; the tooltip holds them all


class FromFile(QWidget):
    """A line with the file, two buttons, and what of the file goes where."""

    edited = Signal(object, str)  # edits, text for undo
    chosen = Signal(str, str)  # node ("" for the whole model) and file

    def __init__(self) -> None:
        super().__init__()
        self.id = ""
        self.beside: Callable[[], Path] = Path
        self.name, self.path = Elided("from", "muted"), Elided("")
        self.load = TextButton("folder", "Load weights", "Begin with the weights of a file")
        self.off = TextButton("close", "Take off", "Begin without the file")
        self.report = Line("", "muted").wrapped()
        self.load.clicked.connect(self._choose)
        self.off.clicked.connect(self._take_off)
        self._lay()

    def _lay(self) -> None:
        layout, first, buttons = QVBoxLayout(self), QHBoxLayout(), QHBoxLayout()
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        self.name.setFixedWidth(NAME_WIDTH)
        for row, parts in ((first, (self.name, self.path)), (buttons, (self.load, self.off))):
            row.setSpacing(6)
            for part in parts:
                row.addWidget(part)
            row.addStretch(1)
            layout.addLayout(row)
        layout.addWidget(self.report)

    def show_source(self, graph: Graph, report: Report, id: str, beside: Callable[[], Path]) -> None:
        """Show where the weights of a node, or of the whole model, are from; other files are looked for `beside` it."""
        self.id, self.beside = id, beside
        own, whole = (graph.nodes[id].extra if id else graph.extra), source(graph.extra.get("weights"))
        found = source(own.get("weights"))
        place = f", {found.prefix}" if found and found.prefix else ""
        told = f"{_name(found.path)}{place}" if found else "no file"
        if id and "weights" not in own and whole:
            told = f"{_name(whole.path)}, with the whole model"
        self.path.tell(told)
        self.name.in_colour("text" if "weights" in own else "muted")
        self.setToolTip(found.path if found else "")
        self.off.setVisible("weights" in own)
        ids = [id] if id else ["", *(each for each, node in graph.nodes.items() if "weights" not in node.extra)]
        matches = [report.matches[each].of("" if id else each) for each in ids if each in report.matches]
        self._tell(matches if found or (whole and own.get("weights") is not AFRESH) else [])

    def _tell(self, matches: list[Matches]) -> None:
        together = Matches()
        for each in matches:
            together = together.and_(each)
        lines = together.lines()
        more = [f"and {len(lines) - MOST} more"] if len(lines) > MOST else []
        self.report.setText("\n".join([together.told, *lines[:MOST], *more]) if matches else "")
        self.report.setToolTip("\n".join(lines[:100]))
        self.report.setVisible(bool(matches))

    def _choose(self) -> None:
        dialog = FileDialog(self, "Load weights", self.beside(), KINDS)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        id, chosen = self.id, self.chosen  # the form may be made anew meanwhile
        dialog.fileSelected.connect(lambda name: chosen.emit(id, name))
        dialog.open()

    def _take_off(self) -> None:
        edits: list[Edit] = [("weights", self.id or None, None)]
        self.edited.emit(edits, f"Take weights off {self.id or 'the model'}")


def _name(path: str) -> str:
    """The name of a file, without the folders that would be all one sees of it."""
    return PurePosixPath(path).name
