"""What questions and dialogs have in common: whose they are, and that Qt's own icons are not in them."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QAbstractButton, QDialogButtonBox, QMessageBox, QWidget

MARGIN = 24


def page_of(part: QWidget) -> QWidget:
    """What a dialog for a part is to lie over: a tab is a window in the window, and has the style sheet."""
    page = part
    while page.objectName() != "window" and (around := page.parentWidget()) is not None:
        page = around
    return page


def lay_over(box: QMessageBox, window: QWidget) -> None:
    """Make a question that of a window: plain text, with room around it."""
    box.setTextFormat(Qt.TextFormat.PlainText)  # names of files and runs may look like HTML
    without_icons(box.buttons())
    box.setParent(window, Qt.WindowType.Dialog)
    if room := box.layout():
        room.setContentsMargins(0, 12, MARGIN, 18)  # left of the words Qt leaves as much itself, of buttons nothing
    if buttons := box.findChild(QDialogButtonBox):
        buttons.setContentsMargins(MARGIN, 0, 0, 0)


def without_icons(buttons: Iterable[QAbstractButton]) -> None:
    """Take off what Qt puts before words where the desktop wishes for that."""
    for button in buttons:
        button.setIcon(QIcon())
