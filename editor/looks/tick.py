"""A box to tick, with words or without; the style's own has no edge that is seen in every theme."""

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QWidget

from editor.looks.pieces import colour
from editor.looks.theme import icon_pixmap
from editor.looks.unharmed import unharmed

BOX, SPACE = 22, 3  # px: a box with room for the ring of the focus, and between it and its words


class Tick(QCheckBox):
    """A box whose edge is seen in all themes."""

    def __init__(self, words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(words, parent)

    def sizeHint(self) -> QSize:
        """Room for the box and its words."""
        words = QFontMetrics(self.font()).horizontalAdvance(self.text()) + SPACE + 2 if self.text() else 0
        return QSize(BOX + words, BOX)

    def minimumSizeHint(self) -> QSize:
        """Words of a box are never cut."""
        return self.sizeHint()

    def hitButton(self, at: QPoint) -> bool:
        """All of it can be clicked."""
        return self.rect().contains(at)

    @unharmed
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box, in it a tick or a bar for "several values", and the words beside it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.checkState() != Qt.CheckState.Unchecked
        box = QRectF(2.5, self.height() / 2 - 8, 16, 16)
        strong = self.hasFocus() or self.underMouse()
        painter.setPen(QPen(colour("accent" if on or strong else "muted"), 1.5 if self.hasFocus() else 1))
        painter.setBrush(colour("accent" if on else "raised"))
        painter.drawRoundedRect(box, 4, 4)
        if on:
            name = "check" if self.isChecked() and not self.isTristate() else "minus"
            sign = icon_pixmap(name, colour("on_accent").name(), 12, self.devicePixelRatioF())
            painter.drawPixmap(QPointF(box.left() + 2, box.top() + 2), sign)
        if self.text():
            painter.setPen(colour("text" if self.isEnabled() else "muted"))
            words = self.rect().adjusted(BOX + SPACE, 0, 0, 0)
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
