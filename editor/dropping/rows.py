"""The first rows of a file as they are, or some of its pictures."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QListView, QListWidget, QListWidgetItem, QTableView

from editor.looks import theme
from editor.looks.unharmed import unharmed

PICTURE, LINE, WIDE, SPACE = 96, 24, 120, 12  # px
MEASURED = 100  # columns; that takes time
NONE = QModelIndex()
Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole


class RowsModel(QAbstractTableModel):
    """Rows of texts below the titles of their columns."""

    def __init__(self, titles: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
        super().__init__()
        self.titles, self.rows = list(titles), list(rows)

    def rowCount(self, parent: Index = NONE) -> int:
        """The rows that were looked at."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NONE) -> int:
        """All columns."""
        return 0 if parent.isValid() else len(self.titles)

    @unharmed
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """A title, or the number of a row."""
        if role not in (Role.DisplayRole, Role.ToolTipRole):
            return None
        return self.titles[section] if orientation == Qt.Orientation.Horizontal else section + 1

    @unharmed
    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """A cell as it stands in the file."""
        if role in (Role.DisplayRole, Role.ToolTipRole):
            return str(self.rows[index.row()].get(self.titles[index.column()], ""))
        return theme.mono_font(11) if role == Role.FontRole else None


class Rows(QTableView):
    """The first rows."""

    def __init__(self, titles: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(objectName="firstRows")
        self.shown = RowsModel(titles, rows)
        self.setModel(self.shown)
        self.setAccessibleName("First rows of the file")
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(LINE)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideMiddle)  # names mostly differ at their end
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

        self.wished = [self._wish(at) if at < MEASURED else WIDE for at in range(len(self.shown.titles))]

    def _wish(self, at: int) -> int:
        """How wide a column shows all its cells."""
        return max(self.sizeHintForColumn(at), self.horizontalHeader().sectionSizeHint(at)) + SPACE

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The columns share the width that there is."""
        super().resizeEvent(event)
        for at, width in enumerate(shared(self.wished, self.viewport().width())):
            self.horizontalHeader().resizeSection(at, width)


def shared(wished: Sequence[int], room: int) -> list[int]:
    """As wide as is wished where there is room for all; else the widest are cut alike, though not below WIDE."""
    most, left = room, room
    for number, width in enumerate(sorted(wished)):
        most = left // (len(wished) - number)
        if width > most:
            break
        left -= width
    return [min(width, max(most, WIDE)) for width in wished]


class Thumbnails(QListWidget):
    """Some pictures, each with the name of its class."""

    def __init__(self, pictures: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(objectName="thumbnails")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setIconSize(QSize(PICTURE, PICTURE))
        self.setGridSize(QSize(PICTURE + 20, PICTURE + 30))
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setViewportMargins(8, 10, 8, 0)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setAccessibleName("Pictures of the file")
        for each in pictures:
            name = str(each.get("class") or "")
            item = QListWidgetItem(QIcon(_picture(each.get("png"))), name)
            item.setToolTip(name)
            self.addItem(item)


def _picture(png: Any) -> QPixmap:
    """A picture from text, in the middle of a square; empty where it is none. What is small is shown larger."""
    made = QPixmap()
    try:
        made.loadFromData(base64.b64decode(str(png), validate=True))
    except (binascii.Error, ValueError):
        return QPixmap()
    if made.isNull():
        return made
    larger = made.size() * max(1, PICTURE // max(made.width(), made.height()))
    made = made.scaled(larger, Qt.AspectRatioMode.KeepAspectRatio)
    square = QPixmap(PICTURE, PICTURE)
    square.fill(Qt.GlobalColor.transparent)
    with QPainter(square) as painter:
        painter.drawPixmap((PICTURE - made.width()) // 2, (PICTURE - made.height()) // 2, made)
    return square
