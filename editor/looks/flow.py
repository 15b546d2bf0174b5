"""Buttons beside the sentence that they answer, or on lines of their own below it: they are never cut for its sake."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

GAP = 6  # px between buttons and between lines
LEAST = 240  # px that a sentence has beside its buttons, if it is as long
Placed = tuple[list[tuple[QWidget, QRect]], int]  # where each stands, and the height of all


class Flow(QWidget):
    """What is added stands from left to right and goes on in a line below where there is no room."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[QWidget] = []
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, part: QWidget) -> None:
        """Add at the end."""
        part.setParent(self)
        self.parts.append(part)
        self.updateGeometry()

    def heightForWidth(self, width: int) -> int:
        """The height of all lines."""
        return self.placed(QRect(0, 0, width, 0))[1]

    def sizeHint(self) -> QSize:
        """All in one line."""
        width = sum(part.sizeHint().width() + GAP for part in self._seen())
        return QSize(width, self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """The widest of them by itself."""
        sizes = [part.minimumSizeHint() for part in self._seen()]
        return QSize(*(max((side(size) for size in sizes), default=0) for side in (QSize.width, QSize.height)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put each in its place."""
        super().resizeEvent(event)
        self._place()

    def event(self, event: QEvent) -> bool:
        """Another size is wished, or a part has come or gone."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self._place()
        return super().event(event)

    def placed(self, rect: QRect) -> Placed:
        """Where each stands, and the height of all."""
        return in_lines(self._seen(), rect)

    def _place(self) -> None:
        for part, place in self.placed(self.rect())[0]:
            part.setGeometry(place)

    def _seen(self) -> list[QWidget]:
        return [part for part in self.parts if not part.isHidden()]


class Beside(Flow):
    """The first is a sentence: it takes what the buttons leave of its line, or a line of its own above them."""

    def __init__(self, sentence: QWidget, whole: int) -> None:
        super().__init__()
        self.whole = whole  # px of the sentence in one line
        self.add(sentence)

    def placed(self, rect: QRect) -> Placed:
        """The sentence on the left, the buttons on the right in the middle of its height; or one above the others."""
        sentence, *buttons = self._seen() or self.parts
        taken = sum(button.sizeHint().width() + GAP for button in buttons)
        if rect.width() - taken < min(LEAST, self.whole):
            height = high(sentence, rect.width())
            rows, below = in_lines(buttons, rect.adjusted(0, height + GAP, 0, 0))
            return [(sentence, QRect(rect.topLeft(), QSize(rect.width(), height))), *rows], height + GAP + below
        left = rect.width() - taken
        height = max([high(sentence, left), *(button.sizeHint().height() for button in buttons), rect.height()])
        places, x = [(sentence, QRect(rect.left(), rect.top(), left, height))], rect.left() + left + GAP
        for button in buttons:
            hint = button.sizeHint()
            places.append((button, QRect(x, rect.top() + (height - hint.height()) // 2, hint.width(), hint.height())))
            x += hint.width() + GAP
        return places, height


def in_lines(parts: Sequence[QWidget], rect: QRect) -> Placed:
    """Where each stands of those that fill lines of a width, and the height of all lines."""
    places, x, y, line = [], rect.left(), rect.top(), 0
    for part in parts:
        width = min(part.sizeHint().width(), rect.width())
        if x > rect.left() and x + width > rect.left() + rect.width():
            x, y, line = rect.left(), y + line + GAP, 0
        places.append((part, QRect(x, y, width, high(part, width))))
        x, line = x + width + GAP, max(line, high(part, width))
    return places, y + line - rect.top()


def high(part: QWidget, width: int) -> int:
    """The height of one at a width, in px."""
    return part.heightForWidth(width) if part.hasHeightForWidth() else part.sizeHint().height()
