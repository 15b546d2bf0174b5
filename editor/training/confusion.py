"""The confusion matrix: a row for each true class, a column for each that was predicted, how often in each cell."""

from itertools import product

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from editor.looks.pieces import colour
from editor.looks.theme import family_font, mono_font, theme_changes
from editor.looks.unharmed import unharmed
from editor.training.predictions import Predictions

GAP, PARTED, LEGIBLE = 6, 5, 11  # pixels: beside names, and cells below which neither lines nor figures are seen
WIDEST = 90  # of the names on the left


class Confusion(QWidget):
    """Shades are shares of a true class: what is right in one colour, what is not in another."""

    def __init__(self) -> None:
        super().__init__()
        self.found = Predictions(0)
        self.longest = 0  # of the names, in pixels
        self.setFont(family_font(10))
        self.setMinimumSize(QSize(120, 80))
        self.setMouseTracking(True)
        theme_changes.changed.connect(self.update)

    def show_found(self, found: Predictions) -> None:
        """Show another run's."""
        self.found = found
        metrics = QFontMetrics(self.font())
        self.longest = max((metrics.horizontalAdvance(name) for name in found.classes), default=0)
        right = sum(row[at] for at, row in enumerate(found.table))
        worst = max(
            (
                (times, true, said)
                for true, row in enumerate(found.table)
                for said, times in enumerate(row)
                if true != said
            ),
            default=(0, 0, 0),
        )
        about = f"Confusion matrix: {right:,} of {found.count:,} validation rows are right"
        self.setAccessibleName(f"{about}; most often wrong: {self.said(*worst[1:])}" if worst[0] else about)
        self.update()

    def said(self, true: int, predicted: int) -> str:
        """A cell in words."""
        row, classes = self.found.table[true], self.found.classes
        taken = "were predicted rightly" if true == predicted else f"were taken for {classes[predicted]}"
        return f"{row[predicted]:,} of {sum(row):,} rows of {classes[true]} {taken}"

    def _cells(self) -> QRect:
        """Where the cells are; names stand on the left and above."""
        metrics = QFontMetrics(self.font())
        left, top = min(self.longest, WIDEST) + metrics.height() + 2 * GAP, 2 * metrics.height() + 2 * GAP
        return QRect(left, top, max(self.width() - left - GAP, 1), max(self.height() - top - GAP, 1))

    def _cell(self, true: int, predicted: int) -> QRectF:
        cells, many = self._cells(), max(len(self.found.classes), 1)
        left, right = (cells.left() + at * cells.width() // many for at in (predicted, predicted + 1))
        top, bottom = (cells.top() + at * cells.height() // many for at in (true, true + 1))
        return QRectF(left, top, right - left, bottom - top)

    def cell_at(self, at: QPoint) -> tuple[int, int] | None:
        """The true and the predicted class of the cell at a place."""
        cells, many = self._cells(), len(self.found.classes)
        if not many or not cells.contains(at):
            return None
        return (at.y() - cells.top()) * many // cells.height(), (at.x() - cells.left()) * many // cells.width()

    def event(self, event: QEvent) -> bool:
        """Say the cell under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            cell = self.cell_at(event.pos())
            QToolTip.showText(event.globalPos(), self.said(*cell) if cell else "", self)
            return True
        return super().event(event)

    @unharmed
    def paintEvent(self, event: QPaintEvent) -> None:
        """Cells with their figures as far as these can be read, and the names of the classes."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour("panel"))
        if self.found.classes:
            self._paint_cells(painter)
            self._paint_names(painter)

    def _paint_cells(self, painter: QPainter) -> None:
        """One picture with a pixel for each cell, for there may be thousands; large ones have a gap between them."""
        cells, many = self._cells(), len(self.found.classes)
        wide, high, shades = cells.width() / many, cells.height() / many, self._shades()
        if min(wide, high) < PARTED:
            painter.drawImage(cells, shades)
        else:
            for true, predicted in product(range(many), repeat=2):
                painter.fillRect(self._cell(true, predicted).adjusted(0, 0, -1, -1), shades.pixelColor(predicted, true))
        if high < LEGIBLE:
            return
        painter.setFont(mono_font(10))
        painter.setPen(colour("text"))
        for true, row in enumerate(self.found.table):
            for predicted, times in enumerate(row):
                text = f"{times:,}"
                if times and painter.fontMetrics().horizontalAdvance(text) <= wide:
                    cell = self._cell(true, predicted).adjusted(0, 0, -1, -1)
                    painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, text)

    def _shades(self) -> QImage:
        """The colour of each cell by its share of the true class."""
        table = np.array(self.found.table, dtype=np.float64)
        shares = table / np.maximum(table.sum(1, keepdims=True), 1)
        behind, good, error, empty = (np.array(colour(t).getRgb()[:3]) for t in ("panel", "good", "error", "groove"))
        front = np.where(np.eye(len(table), dtype=bool)[:, :, None], good, error)
        front = np.where(table[:, :, None] > 0, front, empty)
        share = np.where(table > 0, 0.12 + 0.44 * shares, 0.5)[:, :, None]
        pixels = np.zeros((*table.shape, 4), dtype=np.uint8)
        pixels[:, :, :3] = (front * share + behind * (1 - share)).round()
        many = len(table)
        return QImage(pixels.tobytes(), many, many, 4 * many, QImage.Format.Format_RGBX8888).copy()

    def _paint_names(self, painter: QPainter) -> None:
        painter.setFont(self.font())
        metrics, cells, many = painter.fontMetrics(), self._cells(), len(self.found.classes)
        every = max(-(-metrics.height() * many // cells.height()), 1)
        painter.setPen(colour("text"))
        for at, name in enumerate(self.found.classes):
            cell = self._cell(at, at)
            if at % every == 0:
                left = QRectF(0, cell.top(), cells.left() - GAP, cell.height())
                short = metrics.elidedText(name, Qt.TextElideMode.ElideRight, WIDEST)
                painter.drawText(left, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, short)
            above = QRectF(cell.left(), cells.top() - metrics.height() - 2, cell.width() - 2, metrics.height())
            painter.drawText(above, Qt.AlignmentFlag.AlignCenter, _begun(name, metrics, above.width()))
        painter.setPen(colour("muted"))
        top = QRectF(cells.left(), GAP, cells.width(), metrics.height())
        painter.drawText(top, Qt.AlignmentFlag.AlignCenter, "predicted")
        painter.rotate(-90)
        side = QRectF(-cells.bottom(), 0, cells.height(), metrics.height())
        painter.drawText(side, Qt.AlignmentFlag.AlignCenter, "true")


def _begun(name: str, metrics: QFontMetrics, room: float) -> str:
    """As many letters as there is room for: dots would take that of the few that tell names apart."""
    while name and metrics.horizontalAdvance(name) > room:
        name = name[:-1]
    return name
