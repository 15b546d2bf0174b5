"""One example on the start page: its picture, its name, what it teaches."""

from pathlib import Path

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout

from editor.pieces import Line

PICTURE = QSize(320, 210)


class Card(QFrame):
    """Emits `chosen` on a click, Enter or Space."""

    chosen = Signal(object)

    def __init__(self, file: Path, title: str, about: str) -> None:
        super().__init__(objectName="card")
        self.file = file
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"{title}. {about}")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.picture = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.picture.setFixedHeight(PICTURE.height())
        self.picture.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        words = QVBoxLayout()
        words.setContentsMargins(16, 12, 16, 16)
        words.setSpacing(4)
        words.addWidget(Line(title, "text", 15, 600))
        words.addWidget(Line(about, "muted", 13).wrapped())
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(self.picture)
        column.addLayout(words)
        column.addStretch(1)

    def show_picture(self, drawn: QPixmap) -> None:
        """Put the drawn graph in, its upper corners as round as the card's."""
        self.picture.setPixmap(_rounded(drawn))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit(self.file)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter or Space while it has the focus."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.file)
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """The border lights up."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """The border goes out."""
        super().leaveEvent(event)
        self.update()


def _rounded(drawn: QPixmap) -> QPixmap:
    made = QPixmap(drawn.size())
    made.setDevicePixelRatio(drawn.devicePixelRatio())
    made.fill(Qt.GlobalColor.transparent)
    shape = QPainterPath()
    size = drawn.deviceIndependentSize()
    shape.addRoundedRect(QRectF(0, 0, size.width(), size.height() + 12), 9, 9)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipPath(shape)
    painter.drawPixmap(0, 0, drawn)
    painter.end()
    return made
