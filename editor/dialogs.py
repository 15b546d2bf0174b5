"""Questions and dialogs for files, without Qt's own icons: with ours where they say something, else with none."""

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QIdentityProxyModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QFileDialog,
    QFileSystemModel,
    QListView,
    QMessageBox,
    QToolButton,
    QWidget,
)

from editor import theme

BUTTONS = {
    "backButton": "chevron-left",
    "forwardButton": "chevron-right",
    "toParentButton": "chevron-up",
    "newFolderButton": "plus",
    "listModeButton": "text",
    "detailModeButton": "table",
}  # what Qt calls them


class Drawn(QIdentityProxyModel):
    """Files and folders with our icons. A provider of icons is asked in a thread of Qt's, where none are drawn."""

    def __init__(self, dialog: QFileDialog) -> None:
        super().__init__(dialog)
        self.folder, self.file = theme.icon("folder", size=16), theme.icon("new", theme.current().muted, 16)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What the system tells, but for the icon."""
        files = self.sourceModel()
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0 and isinstance(files, QFileSystemModel):
            return self.folder if files.isDir(self.mapToSource(index)) else self.file
        return super().data(index, role)


def file_dialog(parent: QWidget, title: str, at: str, kinds: str = "") -> QFileDialog:
    """A dialog over a window that is not open yet, and goes when it is closed."""
    dialog = QFileDialog(parent, title, at, kinds)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    sides = dialog.findChildren(QListView, "sidebar")
    if sides:  # otherwise it is the system's
        dialog.setProxyModel(Drawn(dialog))
        for name, icon in BUTTONS.items():
            for button in dialog.findChildren(QToolButton, name):
                button.setIcon(theme.icon(icon, size=16))
        for side in sides:
            side.setIconSize(QSize(0, 0))
        for look_in in dialog.findChildren(QComboBox, "lookInCombo"):
            look_in.setIconSize(QSize(0, 0))
    return dialog


def lay_over(box: QMessageBox, window: QWidget) -> None:
    """Make a question that of a window: plain text, with room around it."""
    box.setTextFormat(Qt.TextFormat.PlainText)  # names of files and runs may look like HTML
    without_icons(box.buttons())
    box.setParent(window, Qt.WindowType.Dialog)
    if room := box.layout():
        room.setContentsMargins(0, 12, 24, 18)  # left of the words Qt leaves as much itself


def without_icons(buttons: Iterable[QAbstractButton]) -> None:
    """Take off what Qt puts before words where the desktop wishes for that."""
    for button in buttons:
        button.setIcon(QIcon())
