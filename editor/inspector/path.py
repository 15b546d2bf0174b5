"""A file: typed, or chosen in a dialog; kept relative to the graph's own file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QFileDialog

from editor.inspector.entry import Seen
from editor.inspector.line import CommitLine, LineEntry
from editor.looks.file_dialog import FileDialog
from editor.looks.pieces import IconButton
from runtime.spec.moved import relative
from runtime.spec.parameter import Parameter


class PathLine(CommitLine):
    """A path too long for its line shows its file and the beginning of its folder, until it is edited."""

    def shown(self) -> str:
        """What is drawn."""
        return shortened(self.text(), self.fontMetrics(), self.room.width())


class PathEntry(LineEntry):
    """A line with a button that opens the system's dialog."""

    wide = True

    def __init__(self, parameter: Parameter) -> None:
        super().__init__(parameter)
        self.what = "folder" if parameter.folder else "file"
        self.button = IconButton("folder", f"Choose a {self.what}")
        self.button.clicked.connect(self._choose)
        self.look = IconButton("table", f"Look at the {self.what} and take its fields")
        self.look.hide()
        layout = self.layout()
        if layout is not None:
            layout.addWidget(self.button)
            layout.addWidget(self.look)

    def made_line(self, px: int) -> CommitLine:
        """A line that shortens."""
        return PathLine(px=px)

    def show_seen(self, seen: Seen) -> None:
        """Show the path; all of it is its tooltip."""
        super().show_seen(seen)
        self.line.setToolTip(str(seen.value or ""))

    def give(self, value: Any, renames: Mapping[str, str] | None = None) -> None:
        """Typed or chosen, a path is told as the graph keeps it, so that both may move to another folder together."""
        if value and Path(str(value)).is_absolute():
            value = relative(Path(str(value)), self.seen.folder)
        super().give(value, renames)
        self.line.keep(str(value or ""))

    def _choose(self) -> None:
        start = self.seen.folder / str(self.seen.value or "")
        beside = start.parent if self.seen.value else self.seen.beside()
        dialog = FileDialog(self, f"Choose a {self.what}", beside)
        modes = QFileDialog.FileMode
        dialog.setFileMode(modes.Directory if self.what == "folder" else modes.ExistingFile)
        if start.is_file():
            dialog.selectFile(start.name)
        dialog.fileSelected.connect(self._chosen)
        dialog.open()

    def _chosen(self, name: str) -> None:
        self.give(name)


def shortened(path: str, metrics: QFontMetrics, room: int) -> str:
    """A path that fits a width: its folder loses its end first, then the name of the file its middle."""
    if metrics.horizontalAdvance(path) <= room:
        return path
    folder, slash, name = path.rpartition("/")
    left = room - metrics.horizontalAdvance(slash + name)
    short = metrics.elidedText(folder, Qt.TextElideMode.ElideRight, left)
    if slash and left > 0 and short:
        return short + slash + name
    return metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, room)
