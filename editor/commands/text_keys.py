"""Which keys a text that is being written has for itself, and which are the window's although Qt's texts take them."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from editor.inspector.line import CommitLine

if TYPE_CHECKING:
    from editor.window.window import Window

ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)  # a text commits at these, whatever is held with them
TEXTS = QLineEdit | QPlainTextEdit | QTextEdit | QAbstractSpinBox
Standard = QKeySequence.StandardKey
EDITING = (Standard.Undo, Standard.Redo, Standard.Cut, Standard.Copy, Standard.Paste, Standard.SelectAll)
CONTROL = Qt.KeyboardModifier.ControlModifier


class TextKeys(QObject):
    """Looks at the keys of the text of a window that has the focus, and at no other events.

    Without it Ctrl+Enter in a note would begin a run, as it does in a line of the inspector, and Ctrl+E, which is End
    to a text of Qt on some desktops, would export nothing.
    """

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self.window = window
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow)

    def _follow(self, old: QWidget | None, now: QWidget | None) -> None:
        for text in (each for each in (old, now) if isinstance(each, TEXTS) and self.window.isAncestorOf(each)):
            text.removeEventFilter(self)
        if isinstance(now, TEXTS) and self.window.isAncestorOf(now):
            now.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep what ends a text, and what only the canvas means; let the window have what no text needs."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        if isinstance(watched, TEXTS) and watched.isReadOnly():
            return False
        running = event.key() in ENDS and isinstance(watched, CommitLine) and bool(event.modifiers() & CONTROL)
        if event.key() in ENDS and not running:
            event.accept()
            return True
        if any(event.matches(each) for each in EDITING):
            return False  # the text knows whether it has something to undo
        actions = [action for action in self.window.actions_by_name.values() if _has(action, event.keyCombination())]
        wide = any(action.shortcutContext() == Qt.ShortcutContext.WindowShortcut for action in actions)
        if wide and event.modifiers() & CONTROL and (running or Qt.Key.Key_A <= event.key() <= Qt.Key.Key_Z):
            watched.event(event)  # a line commits what was typed before an action looks
            event.ignore()
            return True
        if actions and not wide:  # the canvas's own, and a name is typed on the canvas
            event.accept()
            return True
        return False


def _has(action: QAction, keys: QKeyCombination) -> bool:
    return action.isEnabled() and QKeySequence(keys) in action.shortcuts()
