"""The dialog for files that is ours where the desktop brings none: its rows, its icons and its questions."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QIdentityProxyModel, QModelIndex, QPersistentModelIndex, QSize, Qt, QUrl
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFileSystemModel,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QListView,
    QMessageBox,
    QSplitter,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QTreeView,
    QWidget,
)

from editor.looks import theme
from editor.looks.dialogs import lay_over, page_of
from editor.looks.unharmed import unharmed

BUTTONS = {
    "backButton": "chevron-left",
    "forwardButton": "chevron-right",
    "toParentButton": "chevron-up",
    "newFolderButton": "plus",
    "listModeButton": "list",
    "detailModeButton": "table",
}  # what Qt calls them
LABELS = {
    QFileDialog.DialogLabel.LookIn: "F&older",
    QFileDialog.DialogLabel.FileName: "&Name",
    QFileDialog.DialogLabel.FileType: "&Kind",
}
URL, ENABLED = Qt.ItemDataRole.UserRole + 1, Qt.ItemDataRole.UserRole + 2  # of a place at the side
SIZE, SIDE = QSize(860, 520), 150  # pixels


class FileDialog(QFileDialog):
    """Goes when it is closed. Where it is the system's, that one asks and looks as it does."""

    def __init__(self, parent: QWidget, title: str, at: Path, kinds: str = "") -> None:
        super().__init__(page_of(parent), title, str(at), kinds)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sides = self.findChildren(QListView, "sidebar")
        self.ours = bool(sides)
        if self.ours:
            self.setOption(QFileDialog.Option.DontConfirmOverwrite)  # we ask, see `accept`
            self.drawn = Drawn(self)
            self.setProxyModel(self.drawn)
            self._dress(sides[0])
            theme.theme_changes.changed.connect(self._draw)
            self._draw()

    def _dress(self, side: QListView) -> None:
        self.resize(SIZE)
        self.setSizeGripEnabled(False)
        for label, words in LABELS.items():
            self.setLabelText(label, words)
        side.setItemDelegate(Places(side))
        side.setMinimumWidth(SIDE)
        for splitter in self.findChildren(QSplitter):
            splitter.setHandleWidth(8)
        side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for rows in self.findChildren(QTreeView, "treeView"):
            header = rows.header()
            header.setStretchLastSection(False)
            header.setResizeContentsPrecision(0)  # what is seen: a folder may hold very much
            header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
            header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.arrows = [_arrow_in(combo) for combo in self.findChildren(QComboBox)]

    def _draw(self) -> None:
        """Icons in the colours of the theme; those of places are drawn as they are shown."""
        for name, icon in BUTTONS.items():
            for button in self.findChildren(QToolButton, name):
                button.setIcon(theme.icon(icon, size=16))
        for arrow in self.arrows:
            ratio = self.devicePixelRatioF()
            arrow.setPixmap(theme.icon_pixmap("chevron-down", theme.current().muted, 14, ratio))
        self.drawn.draw()

    def accept(self) -> None:
        """Take what was chosen, once it is known that nothing is lost by it and that it is there."""
        chosen, writes = self.selectedFiles(), self.acceptMode() == QFileDialog.AcceptMode.AcceptSave
        there = next(filter(os.path.isfile, chosen[:1]), None)
        gone = next((name for name in chosen if not os.path.exists(name)), None)
        if self.ours and writes and there:
            self._ask_overwrite(Path(there))
        elif self.ours and not writes and gone:
            self._ask(f"{Path(gone).name} is not there.", "Choose one of those that are.", "", lambda: None)
        else:
            super().accept()

    def _ask_overwrite(self, file: Path) -> None:
        take = super().accept
        self._ask(f"{file.name} is there already.", "What is saved now takes its place.", "Replace", take)

    def _ask(self, sentence: str, more: str, verb: str, does: Callable[[], None]) -> None:
        """Ask over the dialog, which stays; without a verb there is nothing but to go back to it."""
        box = QMessageBox(QMessageBox.Icon.NoIcon, self.windowTitle(), sentence)
        box.setInformativeText(more)
        yes = box.addButton(verb, QMessageBox.ButtonRole.DestructiveRole) if verb else None
        box.setDefaultButton(
            box.addButton(QMessageBox.StandardButton.Cancel if verb else QMessageBox.StandardButton.Ok)
        )
        box.finished.connect(lambda: does() if yes and box.clickedButton() is yes else None)
        box.finished.connect(box.deleteLater)
        lay_over(box, self)
        box.open()


class Drawn(QIdentityProxyModel):
    """Files and folders with our icons. A provider of icons is asked in a thread of Qt's, where none are drawn."""

    def __init__(self, dialog: QFileDialog) -> None:
        super().__init__(dialog)
        self.draw()

    def draw(self) -> None:
        """Take the colours of the theme."""
        self.folder, self.file = _of_row("folder"), _of_row("file", theme.current().muted)

    @unharmed
    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What the system tells, but for the icon."""
        files = self.sourceModel()
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0 and isinstance(files, QFileSystemModel):
            return self.folder if files.isDir(self.mapToSource(index)) else self.file
        return super().data(index, role)


class Places(QStyledItemDelegate):
    """The places at the side with our icons: the computer, the user's own folder, others."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Give a place its icon; one that is gone is grey."""
        super().initStyleOption(option, index)
        place = index.data(URL)
        at = place.toLocalFile() if isinstance(place, QUrl) else ""
        option.icon = _of_row("folder" if at and Path(at) != Path.home() else "home" if at else "computer")
        option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
        option.decorationSize = QSize(16, 16)
        if index.data(ENABLED) is False:
            option.state &= ~QStyle.StateFlag.State_Enabled


def _of_row(name: str, colour: str | None = None) -> QIcon:
    """An icon that keeps its colour where its row is chosen: Qt would paint it over."""
    made = theme.icon(name, colour, 16)
    for ratio in (1.0, 2.0):
        pixmap = theme.icon_pixmap(name, colour or theme.current().text, 16, ratio)
        made.addPixmap(pixmap, QIcon.Mode.Selected)
    return made


def _arrow_in(combo: QComboBox) -> QLabel:
    """Room for an arrow of ours where the sheet has taken off the style's, which has a frame around it."""
    combo.setIconSize(QSize(0, 0))
    arrow = QLabel()
    arrow.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    row = QHBoxLayout(combo)
    row.setContentsMargins(0, 0, 6, 0)
    row.addStretch(1)
    row.addWidget(arrow)
    return arrow
