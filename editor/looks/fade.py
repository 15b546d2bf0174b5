"""The lower edge of what scrolls: it fades out while there is more below, so that nothing looks cut off."""

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from editor.looks.pieces import colour
from editor.looks.unharmed import unharmed


class Fade(QWidget):
    """Lies over the lower edge of an area and lets every click through."""

    def __init__(self, area: QScrollArea, ground: str, high: int) -> None:
        """`ground` is the colour behind the area, `high` in pixels."""
        super().__init__(area)
        self.area, self.ground, self.high = area, ground, high
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        area.viewport().installEventFilter(self)
        bar = area.verticalScrollBar()
        bar.valueChanged.connect(self._place)
        bar.rangeChanged.connect(self._place)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the edge."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    @unharmed
    def paintEvent(self, _: QPaintEvent) -> None:
        """From nothing to the ground."""
        ground, clear = colour(self.ground), colour(self.ground)
        clear.setAlpha(0)
        gradient = QLinearGradient(QPointF(0, 0), QPointF(0, self.height()))
        gradient.setColorAt(0, clear)
        gradient.setColorAt(1, ground)
        QPainter(self).fillRect(self.rect(), gradient)

    def _place(self) -> None:
        bar, view = self.area.verticalScrollBar(), self.area.viewport().geometry()
        self.setGeometry(QRect(view.left(), view.bottom() + 1 - self.high, view.width(), self.high))
        self.setVisible(bar.value() < bar.maximum())
        self.raise_()
