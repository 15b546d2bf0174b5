"""The drawn parts of a preview: pictures in a grid, numbers in a table, bars of a histogram or of classes."""

import base64
import math
import re
from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from editor.looks.pieces import colour, mixed
from editor.looks.theme import family_font, mono_font, theme_changes
from editor.looks.unharmed import unharmed
from editor.preview.words import figure, numbered

GAP = 4
ROW, TEXT_ROW, EDGE = 18, 22, 18
TITLE, NARROW = 15, 64  # how high a line of a title is, and how wide a column with a title at least
NAMED = 180  # the widest name of a class
NOT_FINITE = ("nan", "inf", "-inf")
EMPTY = "empty"
MOST_CLASSES = 10  # bars; the others are told together
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Drawn(QWidget):
    """A part that paints itself in the colours of the theme and is as high as what it shows."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme_changes.changed.connect(self.update)

    def show_if(self, there: object) -> None:
        """Be there only where there is something to show."""
        self.setVisible(bool(there))
        self.updateGeometry()
        self.update()


class Pictures(Drawn):
    """Pictures side by side, none smoothed: a pixel is a number."""

    def __init__(self, columns: int, cell: int) -> None:
        super().__init__()
        self.columns, self.cell = columns, cell
        self.images: list[QImage] = []
        self.most_rows = 0

    def tell(self, pictures: list[str], most: int = 16) -> None:
        """Show these, PNG as base64."""
        self.images = [QImage.fromData(base64.b64decode(each)) for each in pictures[:most]]
        self.most_rows = most
        self.show_if(self.images)

    @property
    def seen(self) -> int:
        """How many are shown."""
        return min(len(self.images), self.most_rows * self.columns)

    def limit(self, rows: int) -> None:
        """Show so many rows at most."""
        self.most_rows = rows
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """As many rows as are needed."""
        rows = min(self.most_rows, math.ceil(len(self.images) / self.columns))
        across = min(self.columns, max(1, len(self.images)))
        return QSize(across * (self.cell + GAP) - GAP + 2, max(0, rows * (self.cell + GAP) - GAP + 2))

    @unharmed
    def paintEvent(self, event: QPaintEvent) -> None:
        """Each in the middle of its cell, as large as it goes, with an edge: it may be as dark as what is behind it."""
        painter = QPainter(self)
        for at, image in enumerate(self.images[: self.seen]):
            row, column = divmod(at, self.columns)
            cell = QRect(1 + column * (self.cell + GAP), 1 + row * (self.cell + GAP), self.cell, self.cell)
            painter.fillRect(cell.adjusted(-1, -1, 1, 1), colour("border"))
            painter.fillRect(cell, colour("raised"))
            size = image.size().scaled(cell.size(), Qt.AspectRatioMode.KeepAspectRatio)
            painter.drawImage(QRect(cell.center() - QRect(0, 0, size.width(), size.height()).center(), size), image)


class Table(Drawn):
    """The first rows and numbers, right-aligned; how much more there is stands at its edges."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.titles: list[str] = []
        self.more = 0

    def tell(self, table: list[list[Any]], titles: list[str], width: int) -> None:
        """Show these numbers; `width` is how many a row has in all."""
        self.rows = [[figure(each) for each in row] for row in table]
        self.titles, self.more = titles, width
        self.setToolTip("\n".join(titles))
        self.show_if(self.rows)

    def sizeHint(self) -> QSize:
        """A line a row, and one or two for titles."""
        return QSize(200, self._top + ROW * len(self.rows))

    @unharmed
    def paintEvent(self, event: QPaintEvent) -> None:
        """As many columns as fit, over the whole width."""
        painter, measure = QPainter(self), QFontMetrics(mono_font(11))
        widest = max((measure.horizontalAdvance(each) for row in self.rows for each in row), default=10)
        least = max(widest + 10, NARROW if self.titles else 0)
        columns = max((len(row) for row in self.rows), default=1)
        cut = columns * least > self.width() or columns < self.more
        room = self.width() - (EDGE if cut else 0)
        fits = max(1, min(columns, room // least))
        wide = room // fits
        for line in range(0, len(self.rows), 2):
            stripe = QRect(0, self._top + line * ROW, self.width(), ROW)
            painter.fillRect(stripe, mixed("raised", "panel", 0.7))
        self._paint_titles(painter, wide, fits)
        painter.setFont(mono_font(11))
        for line, row in enumerate(self.rows):
            y = self._top + line * ROW
            for at, text in enumerate(row[:fits]):
                painter.setPen(colour("error" if text in NOT_FINITE else "text"))
                painter.drawText(QRect(at * wide, y, wide - 6, ROW), RIGHT, text)
            if cut:
                painter.setPen(colour("muted"))
                painter.drawText(QRect(fits * wide, y, EDGE - 4, ROW), RIGHT, "…")

    def _paint_titles(self, painter: QPainter, wide: int, fits: int) -> None:
        painter.setFont(family_font(11))
        painter.setPen(colour("muted"))
        measure = QFontMetrics(family_font(11))
        for at, title in enumerate(self.titles[:fits]):
            lines = two_lines(title, measure, wide - 8)
            for up, line in enumerate(reversed(lines), 1):
                painter.drawText(QRect(at * wide, self._top - up * TITLE, wide - 6, TITLE), RIGHT, line)

    @property
    def _top(self) -> int:
        """How high the titles are: two lines where one may be too long for a narrow column."""
        measure = QFontMetrics(family_font(11))
        long = any(measure.horizontalAdvance(title) > NARROW - 8 for title in self.titles)
        return (2 * TITLE + 2 if long else ROW) if self.titles else 0


def two_lines(title: str, measure: QFontMetrics, width: int) -> list[str]:
    """A title in as few lines as it needs, broken between its words and cut where the second is too long."""
    words, first = re.findall(r"[^ _]*[ _]*", title)[:-1], ""

    def cut(line: str) -> str:
        return measure.elidedText(line, Qt.TextElideMode.ElideRight, width)

    while words and (not first or cut((first + words[0]).rstrip()) == (first + words[0]).rstrip()):
        first += words.pop(0)
    return [cut(line) for line in (first.rstrip(), "".join(words)) if line]


class Texts(Drawn):
    """A line a text, cut where it is too long."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def tell(self, texts: list[str]) -> None:
        """Show these."""
        self.texts = [" ".join(each.split()) for each in texts]
        self.show_if(self.texts)

    def sizeHint(self) -> QSize:
        """A line a text."""
        return QSize(200, TEXT_ROW * len(self.texts))

    @unharmed
    def paintEvent(self, event: QPaintEvent) -> None:
        """Every other line on a stripe."""
        painter, measure = QPainter(self), QFontMetrics(family_font(12))
        painter.setFont(family_font(12))
        for line, text in enumerate(self.texts):
            row = QRect(0, line * TEXT_ROW, self.width(), TEXT_ROW)
            if line % 2 == 0:
                painter.fillRect(row, mixed("raised", "panel", 0.7))
            painter.setPen(colour("text" if text else "muted"))
            short = measure.elidedText(text or EMPTY, Qt.TextElideMode.ElideRight, self.width() - 12)
            painter.drawText(row.adjusted(6, 0, -6, 0), LEFT, short)


class Figures(Drawn):
    """Names and values in lines, as many in each as fit; what is a reason to look twice is red."""

    def __init__(self) -> None:
        super().__init__()
        self.pairs: list[tuple[str, str, bool]] = []

    def tell(self, pairs: list[tuple[str, str, bool]]) -> None:
        """Show these."""
        self.pairs = pairs
        self.show_if(pairs)

    def sizeHint(self) -> QSize:
        """As many lines as are needed at the width that it has."""
        return QSize(200, ROW * (1 + max((line for line, *_ in self._placed()), default=0)))

    def _placed(self) -> Iterator[tuple[int, int, int, int]]:
        """For each pair its line, where its name begins, and how wide name and value are."""
        names, values = QFontMetrics(family_font(11)), QFontMetrics(mono_font(11))
        line, x = 0, 0
        for name, value, _ in self.pairs:
            wide, figures = names.horizontalAdvance(name) + 5, values.horizontalAdvance(value)
            if x and x + wide + figures > self.width():
                line, x = line + 1, 0
            yield line, x, wide, figures
            x += wide + figures + 13

    @unharmed
    def paintEvent(self, event: QPaintEvent) -> None:
        """Each with its name before it."""
        painter = QPainter(self)
        for (name, value, odd), (line, x, wide, figures) in zip(self.pairs, self._placed(), strict=True):
            painter.setFont(family_font(11))
            painter.setPen(colour("error" if odd else "muted"))
            painter.drawText(QRect(x, line * ROW, wide, ROW), LEFT, name)
            painter.setFont(mono_font(11))
            painter.setPen(colour("error" if odd else "text"))
            painter.drawText(QRect(x + wide, line * ROW, figures + 2, ROW), LEFT, value)


class Bars(Drawn):
    """How the numbers are spread: twenty bars, the least and the largest number below them."""

    HEIGHT = 58

    def __init__(self) -> None:
        super().__init__()
        self.counts: list[int] = []
        self.ends = ("", "")

    def tell(self, histogram: dict[str, Any] | None) -> None:
        """Show a histogram, or nothing."""
        found = histogram or {"counts": [], "edges": [0, 0]}
        self.counts = found["counts"]
        self.ends = (figure(found["edges"][0]), figure(found["edges"][-1]))
        self.show_if(self.counts)

    def sizeHint(self) -> QSize:
        """Bars with a line below."""
        return QSize(200, self.HEIGHT + 16)

    @unharmed
    def paintEvent(self, event: QPaintEvent) -> None:
        """A bar a bin; what is there at all can be seen."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        most, wide = max(self.counts, default=1) or 1, self.width() / max(1, len(self.counts))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("accent"))
        for at, count in enumerate(self.counts):
            high = max(2.0, self.HEIGHT * count / most) if count else 0.0
            painter.drawRoundedRect(QRectF(at * wide + 1, self.HEIGHT - high, wide - 2, high), 1.5, 1.5)
        painter.fillRect(QRectF(0, self.HEIGHT, self.width(), 1), colour("border"))
        painter.setFont(mono_font(11))
        painter.setPen(colour("muted"))
        below = QRect(0, self.HEIGHT + 2, self.width(), 14)
        if self.ends[0] == self.ends[1]:
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self.ends[0])
        else:
            painter.drawText(below, LEFT, self.ends[0])
            painter.drawText(below, RIGHT, self.ends[1])


class Classes(Drawn):
    """How many samples each class has, a bar a class, the most frequent first."""

    def __init__(self) -> None:
        super().__init__()
        self.classes: list[tuple[str, int]] = []

    def tell(self, classes: list[list[Any]]) -> None:
        """Show these names and counts."""
        found = sorted(((str(name) or EMPTY, int(count)) for name, count in classes), key=lambda pair: -pair[1])
        rest = sum(count for _, count in found[MOST_CLASSES:])
        others = [(f"{len(found) - MOST_CLASSES} others", rest)] if rest else []
        most = found[:MOST_CLASSES]
        self.classes = [*(sorted(most, key=lambda pair: int(pair[0])) if numbered(classes) else most), *others]
        self.show_if(self.classes)

    def sizeHint(self) -> QSize:
        """A line a class."""
        return QSize(200, ROW * len(self.classes))

    @unharmed
    def paintEvent(self, event: QPaintEvent) -> None:
        """Name, bar, count."""
        painter, font = QPainter(self), family_font(12)
        measure = QFontMetrics(font)
        named = min(NAMED, max((measure.horizontalAdvance(name) for name, _ in self.classes), default=0))
        most = max((count for _, count in self.classes), default=1)
        bar: QColor = mixed("accent", "panel", 0.55)
        room = self.width() - named - 8 - 34
        for at, (name, count) in enumerate(self.classes):
            y = at * ROW
            painter.setFont(font)
            painter.setPen(colour("text"))
            short = measure.elidedText(name, Qt.TextElideMode.ElideRight, named + 1)
            painter.drawText(QRect(0, y, named + 2, ROW), LEFT, short)
            painter.fillRect(QRect(named + 8, y + 4, max(2, room * count // max(most, 1)), ROW - 8), bar)
            painter.setFont(mono_font(11))
            painter.setPen(colour("muted"))
            painter.drawText(QRect(self.width() - 34, y, 34, ROW), RIGHT, str(count))
