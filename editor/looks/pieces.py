"""Small widgets that several panels share: lines of text, buttons with icons; all of them follow the theme."""

import math
from collections.abc import Callable
from functools import cache

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import (
    QAction,
    QColor,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QSizePolicy, QToolButton, QToolTip, QWidget

from editor.looks import theme as themes
from editor.looks.theme import Theme, current, family_font, icon, mono_font, theme_changes
from editor.looks.unharmed import unharmed


def colour(token: str, theme: Theme | None = None) -> QColor:
    """A colour of the theme by its token; ``layer`` and the other families count as tokens."""
    theme = theme or current()
    return QColor(theme.families.get(token) or getattr(theme, token))


def mixed(token: str, behind: str, share: float) -> QColor:
    """A colour laid over another, `share` of it: tints that are opaque and so look the same everywhere."""
    return mixed_with(colour(token), behind, share)


def mixed_with(front: QColor, behind: str, share: float) -> QColor:
    """The same for a colour that no token names."""
    return QColor(themes.mixed(front.name(), colour(behind).name(), share))


class Line(QLabel):
    """A line or paragraph of plain text in a colour of the theme."""

    def __init__(
        self, text: str = "", token: str = "text", px: int = 12, weight: int = 400, mono: bool = False
    ) -> None:
        super().__init__(text)
        self.token = token
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(mono_font(px) if mono else family_font(px, weight))
        theme_changes.changed.connect(self.recolour)
        self.recolour()

    def wrapped(self) -> "Line":
        """The same line, broken where it is too long."""
        self.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        return self

    def in_colour(self, token: str) -> None:
        """Change the token."""
        if token != self.token:
            self.token = token
            self.recolour()

    def recolour(self) -> None:
        """Take the colour from the theme."""
        self.setPalette(_written_in(colour(self.token).rgba()))


@cache
def _written_in(rgba: int) -> QPalette:
    """A palette that says the colour of text and nothing else; a window has hundreds of lines in few colours."""
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.WindowText, QColor.fromRgba(rgba))
    return palette


class Elided(Line):
    """A line that gives way to its neighbours: cut with an ellipsis, whole in its tooltip."""

    def __init__(
        self, text: str = "", token: str = "text", px: int = 12, weight: int = 400, mono: bool = False
    ) -> None:
        super().__init__("", token, px, weight, mono)
        self.whole = self.about = ""  # what is cut, and what its tooltip says besides
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.tell(text)

    def tell(self, text: str) -> None:
        """Show another text."""
        self.whole = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self._cut()

    def sizeHint(self) -> QSize:
        """Room for the whole text."""
        return QSize(QFontMetrics(self.font()).horizontalAdvance(self.whole) + 4, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """A letter and an ellipsis."""
        return QSize(min(24, self.sizeHint().width()), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut anew."""
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        cut = QFontMetrics(self.font()).elidedText(self.whole, Qt.TextElideMode.ElideRight, max(self.width(), 24))
        self.setText(cut)
        self.setToolTip("\n".join(filter(None, (self.whole if cut != self.whole else "", self.about))))


class WhenSeen(QObject):
    """Restyles a widget with the theme: at once while it is seen, else when it is shown the next time."""

    def __init__(self, widget: QWidget, restyle: Callable[[], object]) -> None:
        super().__init__(widget)
        self.widget, self.restyle = widget, restyle
        self.pale = False
        widget.installEventFilter(self)
        theme_changes.changed.connect(self._follow)

    def _follow(self) -> None:
        self.pale = not self.widget.isVisible()
        if not self.pale:
            self.restyle()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the colours that were chosen meanwhile."""
        if self.pale and event.type() == QEvent.Type.Show:
            self._follow()
        return False


class Rule(QWidget):
    """A thin line between parts."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(1)

    @unharmed
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line."""
        QPainter(self).fillRect(self.rect(), colour("border"))


class IconButton(QToolButton):
    """A button that is only an icon; its sentence is its tooltip and its name for screen readers."""

    def __init__(self, name: str, sentence: str, token: str = "muted", size: int = 16) -> None:
        super().__init__()
        self.drawn, self.token, self.pixels = name, token, size
        self.setAutoRaise(True)
        self.setIconSize(QSize(size, size))
        self.setFixedSize(size + 8, size + 8)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.say(sentence)
        theme_changes.changed.connect(self.recolour)
        self.recolour()

    def say(self, sentence: str) -> None:
        """Change what the button says of itself."""
        self.setToolTip(sentence)
        self.setAccessibleName(sentence)

    def show_icon(self, name: str, token: str) -> None:
        """Change the icon."""
        if (name, token) != (self.drawn, self.token):
            self.drawn, self.token = name, token
            self.recolour()

    def recolour(self) -> None:
        """Draw the icon in the colours of the theme."""
        self.setIcon(icon(self.drawn, colour(self.token).name(), self.pixels))


FOLDED = 34  # px of a button without its words


class TextButton(QPushButton):
    """A small button with an icon and words, cut with an ellipsis where there is no room for them."""

    def __init__(self, name: str, words: str, sentence: str = "") -> None:
        super().__init__()
        self.drawn, self.words, self.sentence = name, words, sentence
        self.folded = False  # to its icon
        self.setFont(family_font(12))
        self.setAccessibleName(sentence or words)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAutoDefault(False)
        theme_changes.changed.connect(self.recolour)
        self.recolour()

    @property
    def whole(self) -> int:
        """The pixels that icon and words need."""
        return QFontMetrics(self.font()).horizontalAdvance(self.words) + 42

    def fold(self, folded: bool) -> None:
        """Be the icon alone, whose tooltip says the words; or icon and words again."""
        if folded != self.folded:
            self.folded = folded
            self.updateGeometry()
            self._cut()

    def sizeHint(self) -> QSize:
        """Room for the whole words."""
        return QSize(FOLDED if self.folded else self.whole, 26)

    def minimumSizeHint(self) -> QSize:
        """An icon and an ellipsis."""
        return QSize(FOLDED if self.folded else 60, 26)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the words anew."""
        super().resizeEvent(event)
        self._cut()

    def tell(self, words: str) -> None:
        """Say something else."""
        self.words = words
        self.setAccessibleName(self.sentence or words)
        self.updateGeometry()
        self._cut()

    def _cut(self) -> None:
        cut = QFontMetrics(self.font()).elidedText(self.words, Qt.TextElideMode.ElideRight, self.width() - 40)
        if self.folded:
            self.setText("")
            self.setToolTip(": ".join(filter(None, (self.words, self.sentence))))
            return
        self.setText(cut)
        self.setToolTip(self.words if cut != self.words and not self.sentence else self.sentence)

    def recolour(self) -> None:
        """Draw the icon in the colours of the theme."""
        self.setIcon(icon(self.drawn, colour("accent").name(), 14))
        self.setIconSize(QSize(14, 14))


class SearchLine(QLineEdit):
    """A line for words to search by, with a cross that takes them away."""

    def __init__(self, hint: str) -> None:
        super().__init__(placeholderText=hint, clearButtonEnabled=True)
        theme_changes.changed.connect(self.recolour)
        self.recolour()

    def recolour(self) -> None:
        """A cross of ours: Qt's is white on a dark disc in every theme."""
        for cross in self.findChildren(QAction, "_q_qlineeditclearaction"):
            cross.setIcon(icon("close", colour("muted").name(), 16))


class PressedOnce(QPushButton):
    """A button that means something else, or comes, as soon as one like it is pressed: a double click is one press."""

    pressed_at = -math.inf  # by the clock of mouse events, whichever of them it was

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Be pressed, unless this is the second half of a double click."""
        if 0 <= event.timestamp() - PressedOnce.pressed_at < QApplication.doubleClickInterval():
            return
        PressedOnce.pressed_at = event.timestamp()
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Nothing more than the first click did."""


def leaves_undo(widget: QLineEdit, event: QEvent) -> bool:
    """Whether this is Ctrl+Z in a line that has nothing to undo, so that it is meant for the document."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    undo = event.matches(QKeySequence.StandardKey.Undo) and not widget.isUndoAvailable()
    return undo or (event.matches(QKeySequence.StandardKey.Redo) and not widget.isRedoAvailable())


def tells_whole(widget: QWidget, event: QEvent, whole: str, shown: Callable[[], str]) -> bool:
    """Whether this asked for the tooltip of what is shown cut, and was answered: with the whole, then the tooltip."""
    if event.type() != QEvent.Type.ToolTip or not isinstance(event, QHelpEvent) or shown() == whole:
        return False
    told = dict.fromkeys(filter(None, (whole, widget.toolTip())))
    QToolTip.showText(event.globalPos(), "\n".join(told), widget)
    return True


def once_released(parent: QWidget, slot: Callable[[], None]) -> QTimer:
    """A timer for what moves things about: it waits while a mouse button is down, so that no click misses."""
    timer = QTimer(parent, singleShot=True, interval=0)

    def due() -> None:
        if QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            timer.start(20)
        else:
            timer.setInterval(0)
            slot()

    timer.timeout.connect(due)
    return timer
