"""What an empty canvas says: how to begin."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QVBoxLayout, QWidget

from editor.commands import keys
from editor.document.level import Level
from editor.looks.pieces import Line


class EmptyHint(QWidget):
    """Lies over the middle of the canvas while there is no node; the mouse goes through it."""

    def __init__(self, level: Level, place: QWidget, search: QAction) -> None:
        super().__init__(place)
        self.level, self.place, self.search = level, place, search
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        column = QVBoxLayout(self)
        column.setSpacing(6)
        for line in (
            Line("Begin with data", "text", 18, 600),
            Line(
                "Drag a dataset from the left, or a file or folder of your own from anywhere.",
                "muted",
                13,
            ),
            finding := Line("", "muted", 13),
        ):
            line.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(line)
        self.finding = finding
        search.changed.connect(self._tell_keys)
        self._tell_keys()
        level.changed.connect(self._follow)
        level.opened.connect(self._follow)
        place.installEventFilter(self)
        self._follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the middle."""
        if event.type() == QEvent.Type.Resize:
            self._settle()
        return super().eventFilter(watched, event)

    def _follow(self) -> None:
        self.setVisible(not self.level.graph.nodes and not self.level.steps)
        self._settle()

    def _tell_keys(self) -> None:
        its = keys.either((*keys.ADDING, self.search.shortcut().toString()))
        self.finding.setText(f"{its} finds a node by what it does; a wire dropped on nothing finds what fits.")
        self._settle()

    def _settle(self) -> None:
        self.adjustSize()
        room = self.place.rect()
        self.move((room.width() - self.width()) // 2, (room.height() - self.height()) // 2)
        self.raise_()
