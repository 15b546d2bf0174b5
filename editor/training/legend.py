"""The line above the curves: what is drawn in which colour, the values under the pointer, and what cannot be drawn."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from editor.pieces import Elided, colour
from editor.theme import family_font, mono_font

Entry = tuple[str, QColor, str]  # words, colour, "line", "mark" or "dashed", which has marks too


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
        return sum(self.fontMetrics().horizontalAdvance(words) + 40 for words, _, _ in entries)

    def minimumSizeHint(self) -> QSize:
        """The words may be cut by the edge."""
        return QSize(0, 22)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw swatch and words of each."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, middle = 0, self.height() / 2
        entries = self.entries
        if self._width(entries) > self.width():  # no room: what stands after a comma can be left out
            entries = [(words.partition(",")[0], ink, kind) for words, ink, kind in entries]
        for words, ink, kind in entries:
            ends = (left, left + 5, left + 11, left + 16) if kind == "dashed" else (left, left + 16)
            painter.setPen(QPen(ink, 2))
            for begin, end in zip(ends[::2], ends[1::2], strict=True):
                painter.drawLine(QPointF(begin, middle), QPointF(end, middle))
            if kind != "line":
                painter.setBrush(ink)
                painter.drawEllipse(QPointF(left + 8, middle), 3, 3)
            painter.setPen(colour("text"))
            width = self.fontMetrics().horizontalAdvance(words)
            painter.drawText(left + 22, 0, width + 2, self.height(), Qt.AlignmentFlag.AlignVCenter, words)
            left += width + 40


class Legend(QWidget):
    """Names on the left; then the values under the pointer, or a warning."""

    def __init__(self) -> None:
        super().__init__()
        self.names = Names()
        self.values = Elided("", "text", 11, mono=True)
        self.warning = Elided("", "error", 11, 500)
        self.setFixedHeight(24)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(14)
        layout.addWidget(self.names)
        layout.addWidget(self.warning)
        layout.addWidget(self.values)
        layout.addStretch(1)

    def name(self, entries: Sequence[Entry]) -> None:
        """Say what is drawn."""
        if list(entries) != self.names.entries:
            self.names.entries = list(entries)
            self.names.setAccessibleName(", ".join(words for words, _, _ in entries))
            self.names.updateGeometry()
            self.names.update()

    def warn(self, text: str) -> None:
        """Say what is not drawn."""
        if text != self.warning.whole:
            self.warning.tell(text)

    def read(self, text: str) -> None:
        """Say the values under the pointer."""
        self.values.tell(text)


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
            "QPushButton { padding: 1px 8px; } QPushButton:checked { border-color: palette(highlight); }"
        )
