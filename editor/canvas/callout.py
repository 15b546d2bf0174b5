"""A sentence on the canvas: why a wire is red, why a gesture was refused. It keeps its size at any zoom."""

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from editor.canvas import paint
from editor.looks.theme import current, family_font
from editor.looks.unharmed import unharmed
from runtime.check.problem import Problem

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
        self._lie(at)
        self.setPos(at)
        self.setVisible(True)
        self._timer.stop()
        if fades:
            self._timer.start(STAYS)

    def follow(self, problem: Problem | None, at: QPointF) -> None:
        """Say what is wrong under the cursor; where nothing is, go away unless it shows a refusal."""
        if problem is not None:
            repairs = "\nClick for repairs." if problem.repairs else ""
            self.say(problem.message + repairs, problem.severity, at)
        elif not self.fading:
            self.leave()

    def _lie(self, at: QPointF) -> None:
        """Below and right of the place, further left or above it where the view ends."""
        measure = QFontMetricsF(family_font(12)).boundingRect(QRectF(0, 0, WIDEST, 1000), FLAGS, self.text)
        x, y = 14 + PAD, 16 + PAD
        if self.scene() is not None and self.scene().views():
            view = self.scene().views()[0]
            pixel, seen = view.mapFromScene(at), view.viewport().rect()
            x -= max(0.0, pixel.x() + x + measure.width() + 2 * PAD - seen.right())
            if pixel.y() + y + measure.height() + 2 * PAD > seen.bottom():
                y = -measure.height() - 2 * PAD
        inner = QRectF(x, y, measure.width(), measure.height())
        if inner != self._inner:
            self.prepareGeometryChange()
            self._inner = inner

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

    @unharmed
    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """A plate rimmed in the colour of how bad it is."""
        theme = current()
        painter.setPen(paint.pen(paint.severity_colour(theme, self.severity), 1.2))
        painter.setBrush(paint.colour(theme.raised))
        painter.drawRoundedRect(self._inner.adjusted(-PAD, -PAD, PAD, PAD), 6, 6)
        painter.setPen(paint.colour(theme.text))
        painter.setFont(family_font(12))
        painter.drawText(self._inner, FLAGS, self.text)
