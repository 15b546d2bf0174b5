"""What stands beside the loss of what a model predicts: confusion matrix, predicted against true, pictures."""

import base64
from functools import cached_property

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QStackedWidget, QWidget

from editor.looks.pieces import colour
from editor.looks.theme import family_font, theme_changes
from editor.training.chart import Scatter
from editor.training.confusion import Confusion
from editor.training.predictions import CONFUSION, PICTURES, SCATTER, Predictions

EDGE = "#808080"
SIDE, CELL = 56, 92  # pixels of a picture, and of the place that it has with its words


class Predicted(QStackedWidget):
    """One of them, by its name."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Predictions | None = None
        self.confusion, self.pictures = Confusion(), Pictures()
        self.pages: dict[str, QWidget] = {CONFUSION: self.confusion, PICTURES: self.pictures}
        for page in self.pages.values():
            self.addWidget(page)
        self.hide()

    @cached_property
    def scatter(self) -> Scatter:
        """Made when it is wanted first: a chart takes long to make."""
        made = self.pages[SCATTER] = Scatter()
        self.addWidget(made)
        return made

    def show_found(self, found: Predictions | None) -> None:
        """Show those of another run."""
        self.found = found
        if found is not None:
            self.confusion.show_found(found)
            self.pictures.show_found(found)
            if SCATTER in found.plots:
                self.scatter.show_pairs(found.true, found.predicted)

    def recolour(self) -> None:
        """Take the colours of the theme; the other pages do so by themselves."""
        if SCATTER in self.pages:
            self.scatter.recolour()

    @property
    def plots(self) -> list[str]:
        """What can be chosen."""
        return self.found.plots if self.found else []

    def choose(self, name: str) -> bool:
        """Show this page, if it is one of them; whether it is."""
        shown = name in self.plots
        if shown:
            self.setCurrentWidget(self.pages[name])
        self.setVisible(shown)
        return shown

    @property
    def unseen(self) -> str:
        """What the page does not show, in words."""
        if self.found is None or not self.isVisible():
            return ""
        if self.currentWidget() is self.pages.get(SCATTER):
            finite = np.isfinite(self.found.true) & np.isfinite(self.found.predicted)
            lost = int(finite.size - finite.sum())
            told = [f"{lost:,} prediction{'s' * (lost != 1)} not finite"] * bool(lost)
            few = f"{finite.size:,} of {self.found.count:,} rows are drawn"
            return "; ".join([*told, *[few] * (finite.size < self.found.count)])
        left = self.found.left_out
        return f"{left:,} row{'s have' if left != 1 else ' has'} none of the classes" if left else ""

    @property
    def alone(self) -> str:
        """Which field the page is about, in words, where others are predicted too."""
        return f"of {self.found.field} alone" if self.found and self.found.field and self.isVisible() else ""


class Pictures(QListWidget):
    """The pictures that the model is most wrong about, and then some of the others, with its words beside the truth."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Validation pictures with predictions, the worst first")
        self.setViewMode(QListWidget.ViewMode.IconMode)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setMovement(QListWidget.Movement.Static)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFont(family_font(10))
        self.setIconSize(QSize(SIDE, SIDE))
        self.setSpacing(4)
        self.setWordWrap(True)
        self.setGridSize(QSize(CELL, SIDE + 38))
        self.setViewportMargins(0, 6, 0, 0)  # apart from the switches above
        self.setStyleSheet("QListWidget { background: palette(window); }")
        self.shown: Predictions | None = None
        theme_changes.changed.connect(self.recolour)

    def show_found(self, found: Predictions) -> None:
        """Show another run's."""
        self.shown = found
        self.clear()
        for each in found.pictures:
            right = each.true == each.predicted
            pixels = QPixmap()
            pixels.loadFromData(base64.b64decode(each.png))
            least = pixels.scaled(SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio)
            item = QListWidgetItem(
                QIcon(_edged(least)), each.predicted if right else f"{each.predicted}, is {each.true}"
            )
            item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter)
            known = "right" if right else f"it is {each.true}"
            worst = "among those it is most wrong about" if each.worst else "one of the others"
            item.setToolTip(f"Row {each.row:,} of the data: predicted {each.predicted}, {known}; {worst}")
            self.addItem(item)
        self.recolour()

    def recolour(self) -> None:
        """What is wrong in the colour of errors."""
        for at, each in enumerate(self.shown.pictures if self.shown else ()):
            self.item(at).setForeground(colour("text" if each.true == each.predicted else "error"))


def _edged(picture: QPixmap) -> QPixmap:
    """With a line around it, of a grey that is seen on black and on white."""
    painter = QPainter(picture)
    painter.setPen(QColor(EDGE))
    painter.drawRect(picture.rect().adjusted(0, 0, -1, -1))
    painter.end()
    return picture
