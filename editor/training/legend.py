"""The line above the curves: what is drawn in which colour, what cannot be drawn, and what is out of view."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from editor.pieces import Elided, colour
from editor.theme import family_font, mono_font
from editor.training.chart import stroke
from editor.training.lines import Line

SPACE = 14  # px between names, warning and what is out of view
FEW = 20  # steps; of more the legend says the number of tens, for one that changes with every step cannot be read


@dataclass(frozen=True)
class Entry:
    """Words and how their curve is drawn."""

    words: str
    ink: QColor
    pattern: tuple[float, ...] = ()
    mark: bool = False


def entry(line: Line) -> Entry:
    """A line by its name, and over how many steps it is smoothed."""
    span = line.series.span if line.of_steps else 0
    mean = f", mean of about {round(span, -1) if span > FEW else round(span):.0f} steps" if span > 1 else ""
    return Entry(f"{line.told}{mean}", line.ink, line.pattern, bool(line.symbol))


class Names(QWidget):
    """Swatches with words."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[Entry] = []
        self.setFont(family_font(11))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Room for all words."""
        return QSize(self._width(self.entries), 22)

    def _width(self, entries: Sequence[Entry]) -> int:
        return sum(self.fontMetrics().horizontalAdvance(entry.words) + 40 for entry in entries)

    def give(self, room: int) -> None:
        """Take so many pixels for whole words; where they are too few, no more than short ones need."""
        short = [replace(entry, words=entry.words.partition(",")[0]) for entry in self.entries]
        whole = self._width(self.entries)
        self.setMaximumWidth(whole if whole <= room else self._width(short))

    def minimumSizeHint(self) -> QSize:
        """The words may be cut."""
        return QSize(0, 22)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw swatch and words of each."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw(painter, self.size())

    def draw(self, painter: QPainter, room: QSize) -> None:
        """Draw them with any painter; where there is no room, what stands after a comma is left out, then cut."""
        left, middle, metrics = 0, self.height() / 2, self.fontMetrics()
        short = self._width(self.entries) > room.width()
        painter.setFont(self.font())
        for each in self.entries:
            words = each.words.partition(",")[0] if short else each.words
            words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room.width() - left - 24)
            if not words:
                return
            painter.setPen(stroke(each.ink, 2, each.pattern))
            painter.drawLine(QPointF(left, middle), QPointF(left + 16, middle))
            if each.mark:
                painter.setPen(each.ink)
                painter.setBrush(each.ink)
                painter.drawEllipse(QPointF(left + 8, middle), 3, 3)
            painter.setPen(colour("text"))
            width = metrics.horizontalAdvance(words)
            painter.drawText(left + 22, 0, width + 2, self.height(), Qt.AlignmentFlag.AlignVCenter, words)
            left += width + 40


class Legend(QWidget):
    """Names on the left, then a warning, then what is out of view."""

    def __init__(self) -> None:
        super().__init__()
        self.names = Names()
        self.warning, self.aside = Elided("", "error", 11, 500), Elided("", "muted", 11)
        self.setFixedHeight(24)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addWidget(self.names)
        for line in (self.warning, self.aside):
            layout.addWidget(line)
            line.hide()
        layout.addStretch(1)

    def name(self, lines: Sequence[Line], several: bool) -> None:
        """Say what is drawn; of `several` runs those curves are marked that were measured on validation rows."""
        entries = [entry(line) for line in lines if line.told and line.series.size]
        if several and any(line.symbol for line in lines):
            entries.append(Entry("marks: validation", colour("muted"), mark=True))
        if entries != self.names.entries:
            self.names.entries = entries
            said = ", ".join(each.words for each in entries)
            self.names.setAccessibleName(said)
            self.names.setToolTip(said if len(entries) > 1 else "")
            self.names.updateGeometry()
            self.names.update()
            self._share()

    def warn(self, text: str, aside: str) -> None:
        """Say what cannot be drawn, and quietly what is out of view."""
        for line, words in ((self.warning, text), (self.aside, aside)):
            if words != line.whole:
                line.tell(words)
                line.setVisible(bool(words))  # an empty one would take room from the names
                self._share()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share another width."""
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        """A warning is cut only where short names leave it no room."""
        said = [line.sizeHint().width() + SPACE for line in (self.warning, self.aside) if line.whole]
        self.names.give(self.width() - sum(said))


class Switch(QPushButton):
    """A small button that stays down."""

    def __init__(self, words: str, sentence: str) -> None:
        super().__init__(words)
        self.setCheckable(True)
        self.setToolTip(sentence)
        self.setAccessibleName(sentence)
        self.setFont(mono_font(11))
        self.setFixedHeight(22)
        self.setStyleSheet(
            "QPushButton { padding: 1px 8px; }"  # its edge tells where the focus is
            "QPushButton:checked { background: palette(highlight); color: palette(highlighted-text); }"
        )
