"""The table of a run: one row an epoch, with loss and metrics of training and validation rows."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from editor.pieces import colour
from editor.theme import mono_font, theme_changes
from editor.training.record import SIDES, Event, Record, figure

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
ROLE = Qt.ItemDataRole


class Figures(QAbstractTableModel):
    """The epochs of a record as rows. A column is a name and a side, such as ("loss", "train")."""

    def __init__(self) -> None:
        super().__init__()
        self.record = Record()
        self.columns: list[tuple[str, str]] = []
        self.rows = 0

    def show_record(self, record: Record) -> None:
        """Show another run."""
        self.beginResetModel()
        self.record, self.rows = record, len(record.epochs)
        self.columns = _columns(record.epochs)
        self.endResetModel()

    def more(self) -> None:
        """The record has grown."""
        if _columns(self.record.epochs[-1:]) != self.columns:
            self.show_record(self.record)
        elif (count := len(self.record.epochs)) > self.rows:
            self.beginInsertRows(NOWHERE, self.rows, count - 1)
            self.rows = count
            self.endInsertRows()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """How many epochs are shown."""
        return 0 if parent.isValid() else self.rows

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """The number of the epoch and its figures."""
        return 0 if parent.isValid() else 1 + len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = ROLE.DisplayRole) -> Any:
        """Name above side."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        name, side = ("epoch", "") if section == 0 else self.columns[section - 1]
        if role == ROLE.DisplayRole:
            return f"{name}\n{side}"
        if role == ROLE.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return f"{name} on {side} rows" if role == ROLE.ToolTipRole and side else None

    def data(self, index: Index, role: int = ROLE.DisplayRole) -> Any:
        """A figure in four digits, all of it in the tooltip; the best epoch in green."""
        event = self.record.epochs[index.row()]
        value: Any = event.get("epoch")
        if index.column():
            name, side = self.columns[index.column() - 1]
            value = (event.get(side) or {}).get(name)
        if role == ROLE.DisplayRole:
            return str(value) if index.column() == 0 else "" if value is None else figure(value)
        if role == ROLE.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        best = index.row() == self.record.best
        if role == ROLE.ForegroundRole:
            return colour("good" if best else "text" if index.column() else "muted")
        if role == ROLE.ToolTipRole:
            return f"{value!r}, the lowest loss so far" if best else repr(value)
        return None


def _columns(epochs: Sequence[Event]) -> list[tuple[str, str]]:
    names = dict.fromkeys(name for event in epochs[:1] for side in SIDES for name in event.get(side) or {})
    loss_first = sorted(names, key=lambda name: name != "loss")
    return [(name, side) for name in loss_first for side in SIDES if name in (epochs[0].get(side) or {})]


class EpochTable(QTableView):
    """Follows the last epoch while its end is in sight."""

    def __init__(self) -> None:
        super().__init__()
        self.figures = Figures()
        self.setModel(self.figures)
        self.setAccessibleName("Figures of each epoch")
        self.setFont(mono_font(11))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(20)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setMinimumSectionSize(44)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.setStyleSheet(
            "QTableView { background: palette(window); } QHeaderView::section { padding: 2px 3px; font-size: 10px; }"
        )
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.following = True
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self._moved)
        bar.rangeChanged.connect(self._grown)
        theme_changes.changed.connect(self._recolour)

    def show_record(self, record: Record) -> None:
        """Show another run."""
        self.following = True
        self.figures.show_record(record)

    def more(self) -> None:
        """The record may have grown."""
        if self.figures.rows != len(self.figures.record.epochs):
            self.figures.more()
            self.viewport().update()  # another epoch may be the best now

    def _moved(self, value: int) -> None:
        self.following = value == self.verticalScrollBar().maximum()

    def _grown(self) -> None:
        if self.following:
            self.scrollToBottom()

    def _recolour(self) -> None:
        self.viewport().update()
