"""The line above the curves: what is drawn in which colour, what cannot be drawn, and what is out of view."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from editor.looks.pieces import Elided, colour
from editor.looks.theme import family_font, mono_font
from editor.looks.unharmed import unharmed
from editor.training.lines import DASHED, Line
from editor.training.pens import stroke

SPACE = 14  # px between names, warning and what is out of view
LINE, GAP = 22, 18  # px: the height of a line of names, and what lies between two of them
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
    """Swatches with words, on as many lines as they need."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[Entry] = []
        self.setFont(family_font(11))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(LINE)

    def sizeHint(self) -> QSize:
        """Room for all words."""
        return QSize(self._width(self.entries), self.height())

    def minimumSizeHint(self) -> QSize:
        """The words may be cut."""
        return QSize(0, self.height())

    def _width(self, entries: Sequence[Entry]) -> int:
        return sum(self._long(entry) for entry in entries)

    def _long(self, entry: Entry) -> int:
        return self.fontMetrics().horizontalAdvance(entry.words) + 40

    @property
    def shortest(self) -> int:
        """The pixels of all in one line, with what follows a comma left out."""
        return self._width(self._short())

    def give(self, room: int) -> None:
        """Take so many pixels for whole words; where they are too few, no more than short ones need."""
        whole, short = self._width(self.entries), self._width(self._short())
        self.setMaximumWidth(whole if whole <= room else short)
        self.setFixedHeight(LINE * (max((line for _, _, line in self._placed(room)), default=0) + 1))

    def _short(self) -> list[Entry]:
        return [replace(entry, words=entry.words.partition(",")[0]) for entry in self.entries]

    def _placed(self, room: int) -> list[tuple[Entry, int, int]]:
        """Each with its left edge and its line; where there is no room, what stands after a comma is left out."""
        placed, left, line = [], 0, 0
        for entry in self.entries if self._width(self.entries) <= room else self._short():
            if left and left + self._long(entry) - GAP > room:
                left, line = 0, line + 1
            placed.append((entry, left, line))
            left += self._long(entry)
        return placed

    @unharmed
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw swatch and words of each."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.draw(painter, self.size())

    def draw(self, painter: QPainter, room: QSize) -> None:
        """Draw them with any painter; words that are longer than a line are cut."""
        painter.setFont(self.font())
        for each, left, line in self._placed(room.width()):
            middle = LINE * line + LINE / 2
            words = self.fontMetrics().elidedText(each.words, Qt.TextElideMode.ElideRight, room.width() - left - 24)
            painter.setPen(stroke(each.ink, 2, each.pattern))
            painter.drawLine(QPointF(left, middle), QPointF(left + 16, middle))
            if each.mark:
                painter.setPen(each.ink)
                painter.setBrush(each.ink)
                painter.drawEllipse(QPointF(left + 8, middle), 3, 3)
            painter.setPen(colour("text"))
            width = self.fontMetrics().horizontalAdvance(words)
            painter.drawText(left + 22, LINE * line, width + 2, LINE, Qt.AlignmentFlag.AlignVCenter, words)


class Legend(QWidget):
    """Names on the left, then a warning, then what is out of view."""

    def __init__(self) -> None:
        super().__init__()
        self.names = Names()
        self.warning, self.aside = Elided("", "error", 11, 500), Elided("", "muted", 11)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 1, 0, 1)
        lines.setSpacing(0)
        self.row, self.under = QHBoxLayout(), QHBoxLayout()
        for line in (self.row, self.under):
            line.setSpacing(SPACE)
            lines.addLayout(line)
        self.row.addWidget(self.names)
        self.row.addStretch(1)
        self.under.addStretch(1)
        self.lent = self.below = False
        self.give_back()

    def lend(self, row: QHBoxLayout) -> None:
        """Where there is little room the warning and what is out of view begin another row."""
        self.lent, self.below = True, False
        self._put(row, 0)

    @property
    def said(self) -> int:
        """The pixels that the warning and what is out of view need."""
        return sum(line.sizeHint().width() + SPACE for line in (self.warning, self.aside) if line.whole)

    @property
    def least(self) -> int:
        """The pixels that all of it needs in one line, with the names as short as they can be."""
        return self.names.shortest + self.said

    def give_back(self, below: bool = False) -> None:
        """They stand behind the names again, or in a line below them."""
        self.lent, self.below = False, below
        self._put(*((self.under, 0) if below else (self.row, 1)))

    def _put(self, row: QHBoxLayout, begin: int) -> None:
        for at, line in enumerate((self.warning, self.aside), start=begin):
            row.insertWidget(at, line)
            line.setVisible(bool(line.whole))
        self._share()

    def name(self, lines: Sequence[Line], several: bool) -> None:
        """Say what is drawn; of `several` runs also how those curves look that were measured on validation rows."""
        entries = [entry(line) for line in lines if line.told and line.series.size]
        if several and any(line.symbol for line in lines):
            entries.append(Entry("validation", colour("muted"), DASHED))  # whose swatch a mark would fill
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
        taken = 0 if self.lent or self.below else self.said
        self.names.give(max(self.width() - taken, self.width() // 2))


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
