"""A note of a few lines, told when the writing is over."""

from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit

from editor.looks.theme import family_font

COMMITS = "Leaving it or Ctrl+Enter commits."
LEAST, MOST = 2, 10  # lines that are shown at once, unless more are asked for
LONG = 5_000  # characters of a line
SPARE = 1  # pixel that Qt wants below the last line, or it takes that for hidden and shows a bar to scroll to it


def note_text(note: Any) -> str:
    """A note as text; long ones may stand in the file as a list of lines."""
    return "\n".join(map(str, note)) if isinstance(note, list) else str(note or "")


def like_before(text: str, before: Any) -> Any:
    """A note in the form it had before, where that was a list of lines."""
    return text.split("\n") if text and isinstance(before, list) else text


class NoteText(QPlainTextEdit):
    """Ctrl+Enter, Escape or leaving it commits: a text is too much to be lost by a key. It grows with its text."""

    committed = Signal(str)

    def __init__(self, hint: str, most: int = MOST) -> None:
        super().__init__()
        self.kept, self.most = "", most
        self.setFont(family_font(12))
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # lines are broken
        self.textChanged.connect(self._grow)
        self.document().documentLayout().documentSizeChanged.connect(lambda _: self._grow())  # lines break elsewhere
        self._grow()

    def keep(self, text: str) -> None:
        """Show a text that is no edit; what is being written stays while the text behind it is the same."""
        if text != self.kept or not self.hasFocus():
            self.kept = text
            self._show(text)

    def _show(self, text: str) -> None:
        """A text with an endless line is not for writing, and only begun: to break that line would take seconds."""
        endless = max(map(len, text.split("\n"))) > LONG
        shown = f"{text[:LONG]}…" if endless else text
        self.setReadOnly(endless)
        self.setToolTip("A line of this text is too long to be edited here." if endless else "")
        if shown != self.toPlainText():
            self.setPlainText(shown)

    def commit(self) -> None:
        """Tell the text if it was edited; blank ends of a text that was only looked at stay as they are."""
        text = self.toPlainText().strip()
        edited = self.document().isModified()
        self.document().setModified(False)
        if edited and text != self.kept:
            self.kept = text
            self.committed.emit(text)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Commit."""
        super().focusOutEvent(event)
        self.commit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Commit, or write."""
        entered = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers()
        if event.key() == Qt.Key.Key_Escape or entered:
            self.commit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Leave Ctrl+Z to the graph where the note has nothing to undo."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            if control and event.key() == Qt.Key.Key_Z and not self.document().isUndoAvailable():
                return False
        return super().event(event)

    def _grow(self) -> None:
        wanted = max(round(self.document().size().height()), LEAST)  # lines of the screen, as they are broken
        margin, around = self.document().documentMargin(), self.height() - self.contentsRect().height()
        below = margin + SPARE if wanted <= self.most else 0.0  # half a line would show there
        text = min(wanted, self.most) * self.fontMetrics().lineSpacing()
        self.setFixedHeight(round(margin + text + below) + around)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Other breaks, another height."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._grow()
