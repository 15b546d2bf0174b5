"""The drawn part of a prediction: how sure the model is of each class, or the numbers that it gives."""

from typing import Any

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent

from editor.looks.pieces import colour, mixed
from editor.looks.theme import family_font, mono_font
from editor.looks.unharmed import unharmed
from editor.preview.drawn import LEFT, RIGHT, Drawn
from editor.preview.words import figure

ROW, GAP, FIGURES = 17, 10, 62
NAMED = 200  # the widest name
MOST = 12  # lines; how many more there are stands below
ELIDE = Qt.TextElideMode.ElideRight


class Shares(Drawn):
    """A line each: name, bar, percent; the best one first, and what the data says in its own colour."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[tuple[str, str, float | None]] = []  # name, figure, and the share that a bar shows
        self.truth: set[str] = set()

    def tell(self, told: dict[str, Any], truth: set[str]) -> None:
        """Show the shares or numbers of one output; `truth` are the classes that the data says."""
        self.truth = truth
        if told["kind"] == "classes":
            pairs = [(str(name), share if isinstance(share, float) else 0.0) for name, share in told["shares"]]
            self.lines = [(name, percent(share), share) for name, share in pairs]
        else:
            self.lines = [(str(name), figure(number), None) for name, number in told.get("numbers", [])]
        if len(self.lines) > MOST:
            self.lines = [*self.lines[: MOST - 1], (f"{len(self.lines) - MOST + 1} others", "", None)]
        self.setAccessibleName(", ".join(f"{name} {value}" for name, value, _ in self.lines))
        self.show_if(self.lines)

    def sizeHint(self) -> QSize:
        """A line each."""
        return QSize(240, ROW * len(self.lines))

    @unharmed
    def paintEvent(self, event: QPaintEvent) -> None:
        """Names on the left, percent on the right, bars between them."""
        painter, measure = QPainter(self), QFontMetrics(family_font(12))
        named = min(NAMED, max((measure.horizontalAdvance(name) for name, *_ in self.lines), default=0)) + 2
        room = self.width() - named - 2 * GAP - FIGURES
        for at, (name, value, share) in enumerate(self.lines):
            y, true = at * ROW, name in self.truth
            painter.setFont(family_font(12, 600 if true else 400))
            painter.setPen(colour("good" if true else "text"))
            painter.drawText(QRect(0, y, named, ROW), LEFT, measure.elidedText(name, ELIDE, named))
            if share is not None:
                painter.fillRect(QRect(named + GAP, y + 4, room, ROW - 8), mixed("border", "panel", 0.35))
                bar = mixed("good" if true else "accent", "panel", 0.75)
                painter.fillRect(QRect(named + GAP, y + 4, max(1, round(room * share)), ROW - 8), bar)
            painter.setFont(mono_font(11))
            painter.setPen(colour("text"))
            painter.drawText(QRect(self.width() - FIGURES, y, FIGURES, ROW), RIGHT, value)


def percent(share: float) -> str:
    """``87.1%``; the little there is does not vanish."""
    return "< 0.1%" if 0 < share < 0.001 else f"{100 * share:.1f}%"
