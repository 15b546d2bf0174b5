"""Buttons beside the sentence that they answer, or on lines of their own below it: they are never cut for its sake."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

GAP = 6  # px between buttons and between lines
LEAST = 240  # px that a sentence has beside its buttons, if it is as long


class Flow(QLayout):
    """What is added stands from left to right and goes on in a line below where there is no room."""

    def __init__(self) -> None:
        super().__init__()
        self.items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """Add at the end."""
        self.items.append(item)

    def count(self) -> int:
        """How many there are."""
        return len(self.items)

    def itemAt(self, index: int) -> QLayoutItem:
        """One of them; None behind the last one, which Qt's own type leaves unsaid."""
        return self.items[index] if 0 <= index < len(self.items) else None  # type: ignore[return-value]  # as above

    def takeAt(self, index: int) -> QLayoutItem:
        """Take one out."""
        return self.items.pop(index) if 0 <= index < len(self.items) else None  # type: ignore[return-value]  # as above

    def expandingDirections(self) -> Qt.Orientation:
        """It takes the width that there is."""
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:
        """Less width needs more lines."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of all lines."""
        return self.placed(QRect(0, 0, width, 0))[1]

    def sizeHint(self) -> QSize:
        """All in one line."""
        width = sum(item.sizeHint().width() + GAP for item in self._seen())
        return QSize(width, self.minimumSize().height())

    def minimumSize(self) -> QSize:
        """The widest of them by itself."""
        sizes = [item.minimumSize() for item in self._seen()]
        return QSize(
            max((size.width() for size in sizes), default=0), max((size.height() for size in sizes), default=0)
        )

    def setGeometry(self, rect: QRect) -> None:
        """Put each in its place."""
        super().setGeometry(rect)
        for item, place in self.placed(rect)[0]:
            item.setGeometry(place)

    def placed(self, rect: QRect) -> tuple[list[tuple[QLayoutItem, QRect]], int]:
        """Where each stands, and the height of all."""
        return in_lines(self._seen(), rect)

    def _seen(self) -> list[QLayoutItem]:
        return [item for item in self.items if not item.isEmpty()]


class Beside(Flow):
    """The first is a sentence: it takes what the buttons leave of its line, or a line of its own above them."""

    def __init__(self, sentence: QWidget, whole: int) -> None:
        super().__init__()
        self.whole = whole  # px of the sentence in one line
        self.addWidget(sentence)

    def placed(self, rect: QRect) -> tuple[list[tuple[QLayoutItem, QRect]], int]:
        """The sentence on the left, the buttons on the right in the middle of its height; or one above the others."""
        sentence, *buttons = self._seen() or self.items
        taken = sum(button.sizeHint().width() + GAP for button in buttons)
        if rect.width() - taken < min(LEAST, self.whole):
            height = high(sentence, rect.width())
            rows, below = in_lines(buttons, rect.adjusted(0, height + GAP, 0, 0))
            return [(sentence, QRect(rect.topLeft(), QSize(rect.width(), height))), *rows], height + GAP + below
        left = rect.width() - taken
        height = max([high(sentence, left), *(button.sizeHint().height() for button in buttons)])
        height = max(height, rect.height())
        places, x = [(sentence, QRect(rect.left(), rect.top(), left, height))], rect.left() + left + GAP
        for button in buttons:
            hint = button.sizeHint()
            places.append((button, QRect(x, rect.top() + (height - hint.height()) // 2, hint.width(), hint.height())))
            x += hint.width() + GAP
        return places, height


def in_lines(items: list[QLayoutItem], rect: QRect) -> tuple[list[tuple[QLayoutItem, QRect]], int]:
    """Where each stands of those that fill lines of a width, and the height of all lines."""
    places, x, y, line = [], rect.left(), rect.top(), 0
    for item in items:
        width = min(item.sizeHint().width(), rect.width())
        if x > rect.left() and x + width > rect.left() + rect.width():
            x, y, line = rect.left(), y + line + GAP, 0
        places.append((item, QRect(x, y, width, high(item, width))))
        x, line = x + width + GAP, max(line, high(item, width))
    return places, y + line - rect.top()


def high(item: QLayoutItem, width: int) -> int:
    """The height of one at a width, in px."""
    return item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()
