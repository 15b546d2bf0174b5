"""The table of runs: chosen by mouse or keys, sorted by a click or S, notes written in place."""

from collections.abc import Callable, Sequence
from itertools import compress

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from editor.looks.pieces import once_released
from editor.looks.theme import family_font, theme_changes
from editor.runs.columns import NAME, NOTE
from editor.runs.model import SWATCH, Index, RunRows
from runtime.train.runs import Glance

ROW, PAD = 22, 16
WIDEST = {NAME: 240, NOTE: 220}  # pixels; of others MOST
LEAST, MOST = 40, 150
SHORTEST = {NOTE: 50, NAME: 150}  # of what gives way, so that it is seen how a run ended and with which figures
NOTED = {NAME: 130, NOTE: 80}  # the same where there is a note: names give way first
LOOKED_AT = 40  # rows by whose texts a column is made wide; all of a thousand would be felt
Selection = QItemSelectionModel.SelectionFlag


class Cell(QStyledItemDelegate):
    """A cell whose text has the same colour in a row that is selected."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """The stock one, and what is written on a selection is written as beside it."""
        super().initStyleOption(option, index)
        palette = option.palette
        palette.setBrush(QPalette.ColorRole.HighlightedText, palette.text())
        option.palette = palette


class RunTable(QTableView):
    """`chosen_changed` comes when other runs are selected, not when they only stand elsewhere."""

    chosen_changed = Signal()
    opened = Signal()  # Return or a double click on a run
    unwanted = Signal()  # Del
    left = Signal()  # Escape

    def __init__(self, rows: RunRows) -> None:
        super().__init__()
        self.runs = rows
        self.setModel(rows)
        self.setAccessibleName("Runs")
        self.setFont(family_font(12))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setIconSize(QSize(SWATCH, SWATCH))
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setItemDelegate(Cell(self))
        self.setObjectName("runTable")  # see the style sheet of the window
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setMinimumSectionSize(LEAST)
        head.setSectionsClickable(True)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        head.sectionClicked.connect(self.sort_by)
        head.sectionResized.connect(self._pulled)
        self.kept: list[str] = []  # folders of the chosen runs, while rows are put elsewhere
        self.place = (0, 0)  # to where it is scrolled
        self.order: tuple[object, ...] = ()  # in which the rows stand, and what was searched for
        self.by_hand: dict[str, int] = {}  # widths of columns that somebody pulled
        self.fitting = False
        self.current_key = NAME
        self._changed = once_released(self, self._tell)
        rows.modelAboutToBeReset.connect(self._keep)
        rows.modelReset.connect(self._restore)
        rows.dataChanged.connect(lambda *_: self._widen())
        self.selectionModel().selectionChanged.connect(lambda *_: self._changed.start())
        self.doubleClicked.connect(self._double_clicked)
        theme_changes.changed.connect(self.viewport().update)
        self.told: list[str] = []
        self._restore()

    def chosen(self) -> list[Glance]:
        """The selected runs, as they stand."""
        return [self.runs.rows[at] for at in sorted({index.row() for index in self.selectionModel().selectedRows()})]

    def choose(self, folders: Sequence[str]) -> None:
        """Select these runs, as far as they are shown."""
        at = [row for folder in folders if (row := self.runs.row_of(folder)) is not None]
        self._select(at)
        if at:
            self.scrollTo(self.runs.index(at[0], 0))

    def sort_by(self, column: int) -> None:
        """Sort by a column, the other way where it is sorted by it already; figures begin with the largest."""
        again = self.runs.columns[column].key == self.runs.sorted
        down = not self.runs.down if again else self.runs.columns[column].key == "when"
        self.runs.sort(column, Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder)

    @property
    def writing(self) -> bool:
        """Whether a note is being written."""
        return self.state() == QAbstractItemView.State.EditingState

    def write_note(self) -> None:
        """Write the note of the current run."""
        index = self.currentIndex()
        if index.isValid():
            note = self.runs.index(index.row(), self.runs.column_of(NOTE))
            self.scrollTo(note)
            self.edit(note)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys of the table's own."""
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        does: dict[int, Callable[[], object]] = {
            Qt.Key.Key_Return: self.opened.emit,
            Qt.Key.Key_Enter: self.opened.emit,
            Qt.Key.Key_F2: self.write_note,
            Qt.Key.Key_Delete: self.unwanted.emit,
            Qt.Key.Key_Escape: self.left.emit,
            Qt.Key.Key_S: lambda: self.sort_by(max(self.currentIndex().column(), 0)),
        }
        if plain and event.key() in does and not self.writing:
            does[event.key()]()
        else:
            super().keyPressEvent(event)

    def _double_clicked(self, index: object) -> None:
        if self.runs.columns[self.currentIndex().column()].key == NOTE:
            self.write_note()
        else:
            self.opened.emit()

    def _keep(self) -> None:
        self.kept = [run.folder for run in self.chosen()]
        self.place = (self.horizontalScrollBar().value(), self.verticalScrollBar().value())
        current = self.currentIndex()
        if current.isValid():
            self.current_key = self.runs.columns[current.column()].key

    def _restore(self) -> None:
        """The chosen runs stay chosen, wherever they stand now; where nobody searched or sorted, what is seen stays."""
        self._select([row for folder in self.kept if (row := self.runs.row_of(folder)) is not None])
        self._widen()
        order = (self.runs.sorted, self.runs.down, *self.runs.words)
        if order == self.order:
            self.executeDelayedItemsLayout()  # before it the bars go no further than to where they are
            for bar, value in zip((self.horizontalScrollBar(), self.verticalScrollBar()), self.place, strict=True):
                bar.setValue(value)
        self.order = order
        self._changed.start()

    def _select(self, rows: Sequence[int]) -> None:
        whole, last = QItemSelection(), len(self.runs.columns) - 1
        for row in rows:
            whole.select(self.runs.index(row, 0), self.runs.index(row, last))
        model = self.selectionModel()
        if rows:
            current = self.runs.index(rows[-1], self.runs.column_of(self.current_key))
            model.setCurrentIndex(current, Selection.NoUpdate)
        model.select(whole, Selection.ClearAndSelect)

    def _tell(self) -> None:
        folders = [run.folder for run in self.chosen()]
        if folders != self.told:
            self.told = folders
            self.chosen_changed.emit()

    def _pulled(self, column: int, before: int, width: int) -> None:
        """Somebody has made a column wider or narrower, and it stays so."""
        if not self.fitting and before:
            self.by_hand[self.runs.columns[column].key] = width

    def _widen(self) -> None:
        """As wide as titles and first texts need, within bounds; notes and names give way to columns without room."""
        texts, titles = QFontMetrics(self.font()), QFontMetrics(family_font(10))
        widths = []
        for column in self.runs.columns:
            head = max(titles.horizontalAdvance(word) for word in column.title.splitlines()) + 12  # and the arrow
            found = (texts.horizontalAdvance(column.shown(run)) for run in self.runs.rows[:LOOKED_AT])
            least = SHORTEST.get(column.key, LEAST)
            width = max(least, head + PAD, max(found, default=0) + PAD)
            widths.append(min(width, WIDEST.get(column.key, MOST)))
        shortest = NOTED if any(run.note for run in self.runs.rows[:LOOKED_AT]) else SHORTEST
        spare = {key: max(widths[self.runs.column_of(key)] - least, 0) for key, least in shortest.items()}
        room, results = self.viewport().width(), [not column.parameter for column in self.runs.columns]
        over = sum(widths) - room
        if over > sum(spare.values()):  # whoever wishes to see all has to scroll: at least how each run ended is seen
            over = sum(compress(widths, results)) - room
        for key, most in spare.items():
            gives = min(max(over, 0), most)
            widths[self.runs.column_of(key)] -= gives
            over -= gives
        self.fitting = True
        for at, width in enumerate(widths):
            self.setColumnWidth(at, self.by_hand.get(self.runs.columns[at].key, width))
        self.fitting = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """There is another room for the columns."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._widen()
