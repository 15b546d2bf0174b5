"""The small preview under the cursor: what is on a wire at a glance, without a click."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from editor.looks.pieces import Line
from editor.preview.drawn import EMPTY, Bars, Pictures
from editor.preview.words import Answer, figure, pairs

CELL, COLUMNS, MARGIN, BESIDE = 44, 4, 8, 16
TEXTS, CLASSES, LONGEST = 3, 4, 34
FIGURE = "\u2007"  # a space as wide as a figure
GLANCE = ("min", "max", "zeros", "true", "sizes")


class Peek(QFrame):
    """It takes neither mouse nor keyboard, and goes as soon as the cursor does."""

    def __init__(self, place: QWidget) -> None:
        super().__init__(place)
        self.place = place
        self.end = ""
        self.setObjectName("previewPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.title, self.type = Line(px=12, weight=600), Line(token="muted", px=11, mono=True)
        self.pictures, self.bars = Pictures(COLUMNS, CELL), Bars()
        self.words, self.hint = Line(px=11), Line(token="muted", px=11)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN - 2, MARGIN, MARGIN - 2)
        column.setSpacing(5)
        for part in (self.title, self.type, self.pictures, self.bars, self.words, self.hint):
            column.addWidget(part)
        self.hide()

    def tell(self, told: Answer, at: QPoint, hint: str) -> None:
        """Show facts beside a point of the place; `hint` says how to see more."""
        self.end = told["end"]
        self.title.setText(told["end"])
        self.type.setText(told["type"])
        self.pictures.tell(told.get("pictures", []), COLUMNS * 2)
        self.bars.tell(told.get("histogram") if told["kind"] == "numbers" else None)
        self.words.setText(_words(told))
        self.words.setVisible(bool(self.words.text()))
        self.hint.setText(hint)
        self.adjustSize()
        x = min(at.x() + BESIDE, self.place.width() - self.width() - 4)
        below = at.y() + BESIDE
        y = below if below + self.height() < self.place.height() - 4 else at.y() - BESIDE - self.height()
        self.move(max(4, x), max(4, y))
        self.show()
        self.raise_()


def _words(told: Answer) -> str:
    if told["kind"] in ("text", "tokens"):
        return "\n".join(_cut(each) for each in told["texts"][:TEXTS])
    if told["kind"] == "loss":
        return figure(told["table"][0][0])
    if classes := told["stats"].get("classes"):
        most = sorted(classes, key=lambda pair: -pair[1])[:CLASSES]
        wide = len(str(most[0][1]))
        return "\n".join(f"{str(count).rjust(wide, FIGURE)}  {_cut(name or EMPTY)}" for name, count in most)
    return "   ".join(f"{name} {value}" for name, value, odd in pairs(told) if odd or name in GLANCE)


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
