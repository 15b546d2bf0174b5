"""The runs as rows of a table: searched, sorted, their notes written in place."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap

from editor.looks.pieces import colour
from editor.looks.theme import family_font
from editor.looks.unharmed import unharmed
from editor.runs.columns import NAME, NOTE, Column, columns, differing, in_order, wanted
from editor.training.lines import RUN_TOKENS
from runtime.train.runs import MOST_NOTE, Glance, write_note

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
SWATCH = 9  # pixels
ROLE = Qt.ItemDataRole
INKS = {"finished": "good", "failed": "error", "diverged": "error", "running": "running"} | dict.fromkeys(
    ("stopped", "ended", "paused"), "warning"
)


class RunRows(QAbstractTableModel):
    """Holds all runs that were read, and shows those that are searched for."""

    refused = Signal(str)  # one sentence: a note could not be kept
    noted = Signal()  # a note was kept

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)  # with which it goes: a model of nobody keeps alive whoever hears of it
        self.all: list[Glance] = []
        self.rows: list[Glance] = []
        self.columns: list[Column] = columns([], False)
        self.several = False  # whether the runs are of several graphs
        self.words: list[str] = []
        self.sorted, self.down = "when", True
        self.numbers: dict[str, int] = {}  # folder -> which of several runs that are compared, counted from 1

    def show(self, runs: Sequence[Glance], several: bool) -> None:
        """Show other runs."""
        self.all, self.several = list(runs), several
        self._arrange()

    def search(self, text: str) -> None:
        """Show those alone in which all the words stand."""
        self.words = text.lower().split()
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column, which is remembered by what it is, wherever it will stand."""
        if 0 <= column < len(self.columns):
            self.sorted, self.down = self.columns[column].key, order == Qt.SortOrder.DescendingOrder
            self._arrange()

    def number(self, folders: Sequence[str]) -> None:
        """Give the runs in these folders the numbers and colours that they have in the curves."""
        numbers = {folder: at for at, folder in enumerate(folders, start=1)}
        changed, self.numbers = numbers != self.numbers, numbers
        if changed and self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, 0), [])

    def row_of(self, folder: str) -> int | None:
        """Where a run stands."""
        return next((at for at, run in enumerate(self.rows) if run.folder == folder), None)

    def column_of(self, key: str) -> int:
        """Where a column stands; 0 for one that is not shown."""
        return next((at for at, column in enumerate(self.columns) if column.key == key), 0)

    def _arrange(self) -> None:
        """Other rows or columns are a table anew; where cells alone differ, whoever looks at it keeps their place."""
        keys = differing(self.all) if self.words else ()
        found = [run for run in self.all if wanted(run, self.words, keys)]
        made = columns(found, self.several)
        by = next((column for column in made if column.key == self.sorted), made[0])
        rows = in_order(found, by, self.down)
        same = [column.title for column in made] == [column.title for column in self.columns]
        if rows and same and [run.folder for run in rows] == [run.folder for run in self.rows]:
            self.rows, self.columns = rows, made
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(made) - 1), [])
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(made) - 1)
            return
        self.beginResetModel()
        self.rows, self.columns = rows, made
        self.endResetModel()

    # --- what Qt asks

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """How many runs are shown."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """How many columns there are for them."""
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Notes can be written."""
        usual = super().flags(index)
        return usual | Qt.ItemFlag.ItemIsEditable if self.columns[index.column()].key == NOTE else usual

    @unharmed
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = ROLE.DisplayRole) -> Any:
        """The title, and what it stands for."""
        if orientation != Qt.Orientation.Horizontal or section >= len(self.columns):
            return None
        column = self.columns[section]
        if role == ROLE.DisplayRole:
            return column.title + (" ↓" if self.down else " ↑") * (column.key == self.sorted)
        if role == ROLE.FontRole:
            return family_font(10)
        if role == ROLE.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.number else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return f"{column.about}. A click, or S, sorts by it" if role == ROLE.ToolTipRole else None

    @unharmed
    def data(self, index: Index, role: int = ROLE.DisplayRole) -> Any:
        """A cell; the state has a colour, and its word."""
        run, column = self.rows[index.row()], self.columns[index.column()]
        number = self.numbers.get(run.folder) if column.key == NAME else None
        if role == ROLE.DisplayRole:
            return f"{number}, {column.shown(run)}" if number else column.shown(run)
        if role == ROLE.DecorationRole:
            return _swatch(number) if number else None
        if role == ROLE.EditRole:
            return run.note if column.key == NOTE else column.shown(run)
        if role == ROLE.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.number else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role == ROLE.ForegroundRole:
            return colour(INKS.get(run.state, "muted") if column.key == "state" else "text")
        if role == ROLE.ToolTipRole:
            return run.told if column.key == "state" and run.told else column.shown(run) or None
        if role == ROLE.AccessibleTextRole:
            name = f"run {number}, {column.shown(run)}" if number else column.shown(run)
            return name if column.key == NAME else f"{column.key} {column.shown(run)}"
        return None

    def setData(self, index: Index, value: Any, role: int = ROLE.EditRole) -> bool:
        """Keep a note in the folder of its run."""
        run, text = self.rows[index.row()], str(value).strip()[:MOST_NOTE]
        if self.columns[index.column()].key != NOTE or text == run.note:
            return False
        try:
            write_note(run.path, text)
        except OSError as problem:
            self.refused.emit(f"The note was not kept: {run.path} cannot be written. {problem.strerror or problem}")
            return False
        noted = replace(run, note=text)
        self.all = [noted if each is run else each for each in self.all]
        self.rows[index.row()] = noted
        self.dataChanged.emit(index, index, [])
        self.noted.emit()
        return True


def _swatch(number: int) -> QIcon:
    """The colour that a run has in the curves; of a selected row too, whose icons are tinted by default."""
    square, icon = QPixmap(SWATCH, SWATCH), QIcon()
    square.fill(colour(RUN_TOKENS[(number - 1) % len(RUN_TOKENS)]))
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
        icon.addPixmap(square, mode)
    return icon
