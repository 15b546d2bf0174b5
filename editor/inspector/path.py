"""A file: typed, or chosen in a dialog; kept relative to the graph's own file."""

import os
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from editor.inspector.line import LineEntry
from editor.pieces import IconButton
from runtime.spec.parameter import Parameter


class PathEntry(LineEntry):
    """A line with a button that opens the system's dialog."""

    wide = True

    def __init__(self, parameter: Parameter) -> None:
        super().__init__(parameter)
        self.button = IconButton("folder", "Choose a file")
        self.button.clicked.connect(self._choose)
        self.look = IconButton("table", "Look at the file and take its fields")
        self.look.hide()
        layout = self.layout()
        if layout is not None:
            layout.addWidget(self.button)
            layout.addWidget(self.look)

    def _choose(self) -> None:
        start = self.seen.folder / str(self.seen.value or "")
        beside = start.parent if self.seen.value else start
        dialog = QFileDialog(self.window(), "Choose a file", str(beside))  # the form may be made anew meanwhile
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        if start.is_file():
            dialog.selectFile(start.name)
        dialog.fileSelected.connect(self._chosen)
        dialog.open()

    def _chosen(self, name: str) -> None:
        self.give(relative(Path(name), self.seen.folder))


def relative(file: Path, folder: Path) -> str:
    """The path as the graph keeps it, with forward slashes; whole where another drive leaves no other way."""
    try:
        return Path(os.path.relpath(file, folder)).as_posix()
    except ValueError:
        return file.as_posix()
