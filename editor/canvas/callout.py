"""A sentence on the canvas: why a wire is red, why a gesture was refused. It keeps its size at any zoom."""

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from editor.canvas import paint
from editor.theme import current, family_font

WIDEST = 320.0
PAD = 9.0
STAYS = 3500  # ms that a refusal is shown
FLAGS = int(Qt.TextFlag.TextWordWrap)


class Callout(QGraphicsItem):
    """The one callout of a canvas; hidden most of the time."""

    def __init__(self) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self.setZValue(1000)
        self.setVisible(False)
        self.text, self.severity = "", ""
        self._inner = QRectF()
        self._timer = QTimer()
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.leave)

    def say(self, text: str, severity: str, at: QPointF, fades: bool = False) -> None:
        """Show a sentence beside a scene position; `fades` takes it away after some seconds."""
        if text != self.text or severity != self.severity:
            self.prepareGeometryChange()
            self.text, self.severity = text, severity
            measure = QFontMetricsF(family_font(12))
            self._inner = measure.boundingRect(QRectF(0, 0, WIDEST, 1000), FLAGS, text).translated(14 + PAD, 16 + PAD)
        self.setPos(at)
        self.setVisible(True)
        self._timer.stop()
        if fades:
            self._timer.start(STAYS)

    def leave(self) -> None:
        """Away."""
        self._timer.stop()
        self.setVisible(False)

    @property
    def fading(self) -> bool:
        """Whether it shows a refusal, which moving the mouse does not take away."""
        return self._timer.isActive()

    def boundingRect(self) -> QRectF:
        """The plate, in pixels of the screen."""
        return self._inner.adjusted(-PAD - 1, -PAD - 1, PAD + 1, PAD + 1)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """A plate rimmed in the colour of how bad it is."""
        theme = current()
        painter.setPen(paint.pen(paint.severity_colour(theme, self.severity), 1.2))
        painter.setBrush(paint.colour(theme.raised))
        painter.drawRoundedRect(self._inner.adjusted(-PAD, -PAD, PAD, PAD), 6, 6)
        painter.setPen(paint.colour(theme.text))
        painter.setFont(family_font(12))
        painter.drawText(self._inner, FLAGS, self.text)
