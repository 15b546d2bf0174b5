"""The button that says which plot stands beside the loss, with a menu of those that there are."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy

from editor.looks.theme import mono_font

NOTHING = "only the loss"
ROOM = 30  # px beside its name: edges and the arrow


class Chooser(QPushButton):
    """Shows the usual plot, or what was chosen as long as it is there."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.offered: list[str] = []
        self.usual = ""  # what is shown where nothing was chosen
        self.wanted: str | None = None
        self.log_axes: set[str] = set()  # plots whose axis of values is logarithmic
        self.setFont(mono_font(11))
        self.setFixedHeight(22)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setStyleSheet("QPushButton { padding: 1px 8px; }")
        self.names = QMenu(self)
        self.setMenu(self.names)
        self.plots = QActionGroup(self)
        self.hide()

    @property
    def name(self) -> str:
        """The plot beside the loss; empty where there is none."""
        wanted = self.wanted
        return wanted if wanted is not None and wanted in ("", *self.offered) else self.usual

    @property
    def logarithmic(self) -> bool:
        """Whether that plot has a logarithmic axis of values."""
        return self.name in self.log_axes

    def offer(self, names: Sequence[str], usual: str) -> None:
        """These plots can be had; `usual` is shown where nothing was chosen."""
        if (list(names), usual) == (self.offered, self.usual):
            return
        self.offered, self.usual = list(names), usual
        self.setVisible(bool(names))
        for action in self.plots.actions():
            self.plots.removeAction(action)
            action.deleteLater()
        self.names.clear()
        for name in ("", *names):
            action = QAction(name or NOTHING, self.plots)
            action.setCheckable(True)
            action.setChecked(name == self.name)
            action.triggered.connect(lambda _=False, name=name: self.choose(name))
            self.names.addAction(action)
        self.names.addSeparator()
        self.log = self.names.addAction("Logarithmic axis for it")
        self.log.setCheckable(True)
        self.log.toggled.connect(self._set_logarithmic)
        self._say()

    def _set_logarithmic(self, logarithmic: bool) -> None:
        self.log_axes = self.log_axes | {self.name} if logarithmic else self.log_axes - {self.name}
        self.chosen.emit(self.name)

    def choose(self, name: str) -> None:
        """Show another plot."""
        self.wanted = name
        self._say()
        self.chosen.emit(name)

    def sizeHint(self) -> QSize:
        """Room for the whole name and the arrow."""
        words = QFontMetrics(self.font()).boundingRect(self.name or NOTHING).width()
        return QSize(words + ROOM + 4, 22)

    def minimumSizeHint(self) -> QSize:
        """Some letters, an ellipsis and the arrow."""
        return QSize(ROOM + 30, 22)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the name anew, where there is no room for it; Qt would cut it on both sides."""
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        whole = self.name or NOTHING
        cut = QFontMetrics(self.font()).elidedText(whole, Qt.TextElideMode.ElideRight, self.width() - ROOM)
        self.setText(cut)
        about = "Which plot stands beside the loss"
        self.setToolTip(about if cut == whole else f"{whole}\n{about}")

    def _say(self) -> None:
        self.log.setEnabled(bool(self.name))
        with QSignalBlocker(self.log):
            self.log.setChecked(self.logarithmic)
        self.updateGeometry()
        self._cut()
        self.setAccessibleName(f"Plot beside the loss: {self.name or NOTHING}")
