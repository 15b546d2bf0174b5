"""The legend of the figures on the canvas: which one is shown, how warm how much is, and the whole of it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from editor.canvas.heat import OFF, said
from editor.looks.pieces import IconButton, Line, colour, mixed
from editor.looks.theme import family_font, theme_changes
from editor.looks.unharmed import unharmed
from runtime.check.figures import KINDS, in_model, whole

if TYPE_CHECKING:
    from editor.canvas.canvas import Canvas

EDGE = 12  # px from the corner of the canvas
BAR = (56, 8)
PRESSED = "QPushButton:checked { background: palette(highlight); color: palette(highlighted-text); }"


class Warmth(QWidget):
    """A bar from cold to warm."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(*BAR)
        theme_changes.changed.connect(self.update)

    @unharmed
    def paintEvent(self, event: QPaintEvent) -> None:
        """As nodes are coloured."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shades = QLinearGradient(0, 0, self.width(), 0)
        shades.setColorAt(0, mixed("heat", "node", 0.0))
        shades.setColorAt(1, colour("heat"))
        painter.setPen(colour("border"))
        painter.setBrush(shades)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)


class Legend(QWidget):
    """Lies over the lower left corner of the canvas while a figure is shown; its buttons choose another one."""

    def __init__(self, canvas: "Canvas") -> None:
        super().__init__(canvas)
        self.canvas = canvas
        self.setObjectName("legend")
        self.setAccessibleName("Figures on the nodes")
        self.buttons = {kind: self._button(kind, words) for kind, words in KINDS.items()}
        self.least, self.most, self.all = Line("0", "muted", 11), Line("", "muted", 11), Line("", "text", 11)
        self.away = IconButton("close", "No figures on the nodes", size=12)
        self.away.clicked.connect(lambda: canvas.heating.show(OFF))
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 4, 4, 4)
        row.setSpacing(4)
        for part in (*self.buttons.values(), self.least, Warmth(), self.most, self.all, self.away):
            row.addWidget(part)
        row.insertSpacing(len(self.buttons), 6)
        row.insertSpacing(row.indexOf(self.all), 8)
        canvas.heating.changed.connect(self.follow)
        theme_changes.changed.connect(self.follow)
        canvas.installEventFilter(self)
        self.hide()

    def _button(self, kind: str, words: str) -> QPushButton:
        button = QPushButton(words.capitalize())
        button.setCheckable(True)
        button.setAutoDefault(False)
        button.setFont(family_font(11))
        button.setFixedHeight(22)
        button.setStyleSheet(PRESSED)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(lambda: self._choose(kind))
        return button

    def _choose(self, kind: str) -> None:
        self.canvas.heating.show(kind)
        self.follow()  # the one that is shown stays pressed

    def follow(self) -> None:
        """Show what the nodes show."""
        kind, level = self.canvas.heating.kind, self.canvas.level
        self.setVisible(bool(kind))
        if not kind:
            return
        found, types = level.figures(), level.report.types
        for name, button in self.buttons.items():
            button.setChecked(name == kind)
        count = getattr(whole(level.report, found, in_model(types.graph, types.specs)), kind)
        most = max((getattr(each, kind) for each in found.values()), default=0)
        self.most.setText(said(most, kind))
        unit = {"multiply_adds": " a sample", "memory": f" a batch of {level.batch}"}.get(kind, "")
        self.all.setText(f"{said(count, kind)}{unit} in all")
        self._settle()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the corner."""
        if event.type() == QEvent.Type.Resize:
            self._settle()
        return super().eventFilter(watched, event)

    @unharmed
    def paintEvent(self, event: QPaintEvent) -> None:
        """A plate on which it can be read whatever lies below."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(colour("border"))
        painter.setBrush(colour("panel"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)

    def _settle(self) -> None:
        self.adjustSize()
        self.move(EDGE, self.canvas.height() - self.height() - EDGE)
        self.raise_()
