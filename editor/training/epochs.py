"""The table of a run: one row an epoch, with loss and metrics of training and validation rows."""

import math
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from editor.looks.pieces import colour
from editor.looks.theme import family_font, mono_font, theme_changes
from editor.looks.unharmed import unharmed
from editor.training.compact import Compact
from editor.training.record import SIDES, Record, number
from runtime.spec.value import rounded

Index = QModelIndex | QPersistentModelIndex
NOWHERE = QModelIndex()
ROLE = Qt.ItemDataRole
SAID = (ROLE.DisplayRole, ROLE.ForegroundRole, ROLE.ToolTipRole, ROLE.AccessibleTextRole)  # of an epoch
MOST = 5  # decimals
ROW, LEAST = 20, 2  # px, and how many of them are seen
PAD = 14
BEST = "✓"
EDGE = 8  # px right of the last figure where there is room


class Figures(QAbstractTableModel):
    """The epochs of a record as rows. A column is a name and a side, such as ("loss", "train").

    A record changes before its views are told, and has other epochs where a run goes on from its checkpoint; what is
    painted meanwhile are the first `rows` that `shown` holds.
    """

    def __init__(self) -> None:
        super().__init__()
        self.record = Record()
        self.columns: list[tuple[str, str]] = []
        self.shown, self.rows = Compact(), 0
        self.decimals: list[int] = []  # of each column
        self.longest: list[str] = []

    def show_record(self, record: Record) -> None:
        """Show another run."""
        self.beginResetModel()
        self.record, self.shown, self.rows = record, record.epochs, len(record.epochs)
        self.columns = _columns(record)
        self._align()
        self.endResetModel()

    def more(self) -> bool:
        """The record has grown, or was set back to an earlier epoch; whether there are other rows now."""
        epochs = self.record.epochs
        if epochs is not self.shown or _columns(self.record) != self.columns:
            self.show_record(self.record)
            return True
        if more := self.rows < len(epochs):
            self.beginInsertRows(NOWHERE, self.rows, len(epochs) - 1)
            self.rows = len(epochs)
            self._align()
            self.endInsertRows()
        return more

    def _align(self) -> None:
        """As many decimals in a column as its figures need, so that they stand under each other."""
        ends = [self.record.figures[key].ends for key in self.columns]
        self.decimals = [decimals(low, high) for low, high in ends]
        both = zip(ends, self.decimals, strict=True)
        self.longest = [max((aligned(end, places) for end in pair), key=len) for pair, places in both]

    @property
    def counted(self) -> tuple[str, str]:
        """What the first column counts."""
        return ("fold,", "epoch") if self.record.folds else ("epoch", "")

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """How many epochs are shown."""
        return 0 if parent.isValid() else self.rows

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """The number of the epoch and its figures."""
        return 0 if parent.isValid() else 1 + len(self.columns)

    @unharmed
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = ROLE.DisplayRole) -> Any:
        """Name above side."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        name, side = self.counted if section == 0 else self.columns[section - 1]
        if role == ROLE.DisplayRole:
            return f"{name}\n{side}"
        if role == ROLE.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return f"{name} on {side} rows" if role == ROLE.ToolTipRole and section and side else None

    @unharmed
    def data(self, index: Index, role: int = ROLE.DisplayRole) -> Any:
        """A figure in four digits, all of it in the tooltip; the best epoch in green, with a tick before its number.

        What is not finite is red, whichever epoch it is of.
        """
        if role == ROLE.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role not in SAID:
            return None
        event = self.shown[index.row()]
        value: Any = f"{event['fold']}, {event.get('epoch')}" if "fold" in event else event.get("epoch")
        if index.column():
            name, side = self.columns[index.column() - 1]
            value = (event.get(side) or {}).get(name)
        best = index.row() == self.record.best
        if role == ROLE.DisplayRole and not index.column():
            return f"{BEST} {value}" if best else str(value)
        if role == ROLE.DisplayRole:
            return "" if value is None else aligned(value, self.decimals[index.column() - 1])
        if role == ROLE.ForegroundRole:
            bad = index.column() and value is not None and not math.isfinite(number(value))
            return colour("error" if bad else "good" if best else "text" if index.column() else "muted")
        if role in (ROLE.ToolTipRole, ROLE.AccessibleTextRole) and not index.column():
            return f"{value}, the best epoch so far" if best else None
        if role == ROLE.ToolTipRole:
            return f"{value!r}, of the best epoch so far" if best else repr(value)
        return None


def decimals(low: float, high: float) -> int:
    """For figures from `low` to `high` (regardless of sign): four digits of the largest, two of the smallest."""
    wanted = [digits - math.floor(math.log10(end)) for end, digits in ((high, 3), (low, 1)) if 0 < end < math.inf]
    return min(max(wanted, default=0), MOST, max(0, 6 + wanted[0])) if wanted and max(wanted) > 0 else 0


def aligned(value: Any, places: int) -> str:
    """A figure with so many decimals; as a power of ten where these would not show it or it is very large."""
    found = number(value)
    if not math.isfinite(found):
        return "not finite"
    fits = abs(found) < 1e6 and (not found or abs(found) >= 0.5 * 10**-places)
    return f"{found:.{places}f}" if fits else rounded(found, 2)


def _columns(record: Record) -> list[tuple[str, str]]:
    """What any epoch has a figure of, the loss first."""
    names = sorted(dict.fromkeys(name for name, _ in record.figures), key=lambda name: name != "loss")
    both = ((name, side) for name in names for side in SIDES)
    return [key for key in both if key in record.figures and record.figures[key].size]


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
        self.verticalHeader().setDefaultSectionSize(ROW)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setMinimumSectionSize(44)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setStyleSheet(
            "QTableView { background: palette(window); } QHeaderView::section { padding: 2px 3px; font-size: 10px; }"
        )
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)  # none is cut below the headings
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.following = True
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self._moved)
        bar.rangeChanged.connect(self._grown)
        theme_changes.changed.connect(self._recolour)

    def show_record(self, record: Record) -> None:
        """Show another run."""
        self.following = True
        self.figures.show_record(record)
        self._widen()

    def more(self) -> None:
        """The record may have grown, or was set back."""
        if self.figures.more():
            self._fill()
            self._widen()
            self.viewport().update()  # another epoch may be the best now

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share width and height anew."""
        following = self.following
        super().resizeEvent(event)
        self._fill()
        if following:
            self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())
            self.following = True
        self._widen()

    def _fill(self) -> None:
        """Whole rows fill the height, and the headings take what is left over: at the end too no row is cut."""
        head, rows = self.horizontalHeader(), self.verticalHeader()
        low = head.sizeHint().height()
        self.setMinimumHeight(low + LEAST * ROW)
        space = max(self.viewport().height() + head.height() - low, ROW)
        high = space // (space // ROW)
        if (high, low + space % high) != (rows.defaultSectionSize(), head.height()):
            rows.setDefaultSectionSize(high)
            head.setFixedHeight(low + space % high)
            self.updateGeometries()

    def _widen(self) -> None:
        """Every figure and heading in full, and what is left over shared; where there is too little it scrolls."""
        figures, heads = QFontMetrics(self.font()), QFontMetrics(family_font(10))
        folds = self.figures.record.folds
        counted = f"{BEST} {folds}, 100" if folds else f"{BEST} {self.figures.rowCount()}"
        needs = [PAD + max(heads.horizontalAdvance("epoch"), figures.horizontalAdvance(counted))]
        for words, longest in zip(self.figures.columns, self.figures.longest, strict=True):
            head = max(heads.horizontalAdvance(word) for word in words)
            needs.append(PAD + max(head, figures.horizontalAdvance(longest)))
        spare = max(0, self.viewport().width() - EDGE - sum(needs)) // len(needs)
        for at, need in enumerate(needs[: self.figures.columnCount()]):
            if self.columnWidth(at) != need + spare:
                self.setColumnWidth(at, need + spare)

    def _moved(self, value: int) -> None:
        self.following = value == self.verticalScrollBar().maximum()

    def _grown(self) -> None:
        if self.following:
            self.scrollToBottom()

    def _recolour(self) -> None:
        self.viewport().update()
