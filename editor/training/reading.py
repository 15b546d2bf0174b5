"""The values of all curves at the step under the pointer, in a box beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from editor.looks.pieces import colour
from editor.looks.theme import mono_font
from editor.looks.unharmed import unharmed
from editor.training.chart import Chart
from editor.training.pens import stroke

ROW, PAD, SWATCH = 15, 6, 20
AWAY = 14  # pixels from the upright line


@dataclass(frozen=True)
class Value:
    """One line of the box; the first, which says the step, has no curve."""

    name: str
    figure: str
    ink: QColor | None = None
    pattern: tuple[float, ...] = ()


class Reading(QWidget):
    """Lies over the charts and lets the mouse through."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.over = over
        self.values: list[Value] = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFont(mono_font(11))
        self.hide()

    @property
    def text(self) -> str:
        """What it says, in one line."""
        return "   ".join(f"{value.name} {value.figure}".strip() for value in self.values)

    def tell(self, chart: Chart, values: Sequence[Value] | None) -> None:
        """Show these beside the crosshair of a chart; None hides the box."""
        self.values = self._fitting(list(values or ()))
        self.setAccessibleName(self.text)
        self.setVisible(bool(self.values))
        if self.values:
            self._place(chart)
            self.update()

    def _fitting(self, values: list[Value]) -> list[Value]:
        """As many as there is height for; how many are left out is said."""
        most = max((self.over.height() - 2 * PAD) // ROW, 2)
        left = len(values) - most + 1
        return (
            values
            if left <= 1
            else [*values[: most - 1], Value(f"and {left} more, for which the panel is too low", "")]
        )

    def _place(self, chart: Chart) -> None:
        """Beside the line, on the side where there is room."""
        metrics = QFontMetrics(self.font())
        self._figures = max(metrics.horizontalAdvance(value.figure) for value in self.values)
        names = max(metrics.horizontalAdvance(value.name) for value in self.values)
        room = self.over.rect()
        width = min(SWATCH + names + 12 + self._figures + 2 * PAD, room.width())
        height = min(ROW * len(self.values) + 2 * PAD, room.height())
        box = chart.item.vb.sceneBoundingRect()
        corner = chart.mapTo(self.over, QPoint(0, round(box.top())))
        at = corner.x() + round(chart.item.vb.mapViewToScene(QPointF(chart.line.value(), 0)).x())
        end = corner.x() + round(box.right())
        fits = at + AWAY + width <= end or at - corner.x() - round(box.left()) < AWAY + width <= room.right() - at
        left = at + AWAY if fits else at - AWAY - width
        top = max(min(corner.y() + 4, room.bottom() - height), 0)
        self.setGeometry(QRect(max(left, 0), top, width, height))
        self.raise_()

    @unharmed
    def paintEvent(self, event: QPaintEvent) -> None:
        """Swatch, name and figure of each."""
        painter = QPainter(self)
        painter.setPen(colour("border"))
        painter.setBrush(colour("raised"))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 4, 4)
        right = self.width() - PAD - self._figures
        for at, value in enumerate(self.values):
            row = QRect(PAD, PAD + at * ROW, self.width() - 2 * PAD, ROW)
            if value.ink is not None:
                painter.setPen(stroke(value.ink, 2, value.pattern))
                painter.drawLine(row.left(), row.center().y(), row.left() + 14, row.center().y())
            painter.setPen(colour("text" if value.ink is not None else "muted"))
            place = row.adjusted(SWATCH, 0, 0, 0) if value.ink is not None else row
            place.setRight(right - 8)
            name = painter.fontMetrics().elidedText(value.name, Qt.TextElideMode.ElideRight, place.width())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, name)
            painter.setPen(colour("text"))
            painter.drawText(row, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, value.figure)
