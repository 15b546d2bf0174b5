"""The columns of a file as a table: what each was taken for, what it is for, and what is known of it."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QAction, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from editor.dropping.facts import bars_of, missing_of, values_of
from editor.looks import theme
from editor.looks.pieces import colour, mixed
from editor.looks.unharmed import unharmed
from runtime.propose.columns import OUT, TARGET, Column

HEADS = ("Column", "Taken for", "Used as", "Values", "Missing", "Spread")
TITLE, KIND, ROLE, VALUES, MISSING, SPREAD = range(len(HEADS))
WIDTHS = {TITLE: 170, KIND: 96, ROLE: 90, VALUES: 250, MISSING: 84, SPREAD: 110}
LINE, PAD = 28, 18  # px, the height of a row and the room beside the text of a cell
NONE = QModelIndex()
Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole


class ColumnsModel(QAbstractTableModel):
    """Shows the columns; a choice gives it others."""

    def __init__(self) -> None:
        super().__init__()
        self.columns: tuple[Column, ...] = ()

    def show_columns(self, columns: Sequence[Column]) -> None:
        """Show these instead."""
        if len(columns) == len(self.columns):
            self.columns = tuple(columns)
            self.dataChanged.emit(self.index(0, 0), self.index(len(columns) - 1, len(HEADS) - 1), [])
            return
        self.beginResetModel()
        self.columns = tuple(columns)
        self.endResetModel()

    def rowCount(self, parent: Index = NONE) -> int:
        """A row a column."""
        return 0 if parent.isValid() else len(self.columns)

    def columnCount(self, parent: Index = NONE) -> int:
        """As many as there are heads."""
        return 0 if parent.isValid() else len(HEADS)

    @unharmed
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        """What stands above."""
        return HEADS[section] if role == Role.DisplayRole and orientation == Qt.Orientation.Horizontal else None

    @unharmed
    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        """A cell."""
        column = self.columns[index.row()]
        if role in (Role.DisplayRole, Role.ToolTipRole, Role.AccessibleTextRole):
            text = _text(column, index.column())
            if role == Role.ToolTipRole and column.note:
                return f"{text}\n{column.title} {column.note}".strip()
            return text if role != Role.AccessibleTextRole else f"{column.title}, {HEADS[index.column()]}: {text}"
        if role == Role.ForegroundRole:
            return colour(_token(column, index.column()))
        if role == Role.FontRole:
            return theme.family_font(12, 600 if column.role == TARGET and index.column() in (TITLE, ROLE) else 400)
        return None


class ColumnsView(QTableView):
    """Click, Space or Enter on a cell asks; what is chosen is for all selected rows. Emits `chosen`."""

    chosen = Signal(list, str, str)  # titles, kind, role; one of the two is empty

    def __init__(self) -> None:
        super().__init__(objectName="columns")
        self.columns_model = ColumnsModel()
        self.setModel(self.columns_model)
        self.setItemDelegate(Cell(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setAccessibleName("Columns of the file")
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(LINE)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head = self.horizontalHeader()
        head.setAccessibleName("What is known of each column")
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for at, width in WIDTHS.items():
            head.resizeSection(at, width)
        head.setSectionResizeMode(VALUES, QHeaderView.ResizeMode.Stretch)
        self.menu: QMenu | None = None

    def show_columns(self, columns: Sequence[Column]) -> None:
        """Show these; where none of them misses anything the others have that room."""
        self.columns_model.show_columns(columns)
        self.setColumnHidden(MISSING, not any(missing_of(each) for each in columns))
        self._share()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The names share the width with the values."""
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        """Long names have the room that values leave, before they are cut."""
        wide = QFontMetrics(theme.family_font(12, 600)).horizontalAdvance
        names, values = (
            max((wide(_text(each, at)) for each in self.columns_model.columns), default=0) + PAD
            for at in (TITLE, VALUES)
        )
        others = sum(width for at, width in WIDTHS.items() if at not in (TITLE, VALUES) and not self.isColumnHidden(at))
        room = self.viewport().width() - others - min(values, WIDTHS[VALUES])
        self.setColumnWidth(TITLE, max(min(names, room), WIDTHS[TITLE]))

    def height_of(self, lines: int) -> int:
        """How high it is, in pixels, with so many columns in view."""
        head = self.height() - self.maximumViewportSize().height()  # and the frame
        return head + lines * LINE

    def ask(self, index: Index) -> None:
        """Let the user choose what the selected columns are taken for, or used as."""
        if not index.isValid() or index.column() not in (KIND, ROLE):
            return
        selected = {each.row() for each in self.selectionModel().selectedRows()}
        rows = sorted(selected) if index.row() in selected else [index.row()]
        some = [self.columns_model.columns[row] for row in rows]
        column = self.columns_model.columns[index.row()]
        options = column.kinds if index.column() == KIND else column.roles
        now = OUT if not column.used else column.kind if index.column() == KIND else column.role
        menu = self.menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        for option in (*options, OUT):
            action = QAction(option, menu, checkable=True)
            action.triggered.connect(partial(self._choose, some, index.column(), option))
            menu.addAction(action)
            action.setChecked(option == now)
            if option == now:
                menu.setActiveAction(action)
        rect = self.visualRect(index)
        menu.popup(self.viewport().mapToGlobal(rect.bottomLeft()))

    def _choose(self, columns: Sequence[Column], at: int, option: str, _: bool = True) -> None:
        able = [each for each in columns if option == OUT or option in (each.kinds if at == KIND else each.roles)]
        if option == TARGET:
            able = able[-1:]
        self.chosen.emit([each.title for each in able], option if at == KIND else "", option if at == ROLE else "")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on a cell that can be chosen asks; with Ctrl or Shift it selects."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.ask(self.indexAt(event.position().toPoint()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space and Enter ask for the cell that the arrow keys went to."""
        index = self.currentIndex()
        if event.key() == Qt.Key.Key_Space and index.column() in (KIND, ROLE):
            self.ask(index)
            return
        super().keyPressEvent(event)


class Cell(QStyledItemDelegate):
    """A cell; what can be chosen has an arrow, and the spread is drawn."""

    @unharmed
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one."""
        if index.column() in (KIND, ROLE):
            arrow = QRect(option.rect.right() - 20, option.rect.center().y() - 5, 12, 12)
            super().paint(painter, option, index)
            painter.drawPixmap(arrow, theme.icon_pixmap("chevron-down", theme.current().muted, 12, 2.0))
            return
        super().paint(painter, option, index)
        if index.column() == SPREAD:
            model = index.model()
            assert isinstance(model, ColumnsModel)
            chosen = bool(option.state & QStyle.StateFlag.State_Selected)
            _draw_bars(painter, option.rect, model.columns[index.row()], chosen)

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """A faint line for what is selected, on which every colour can be read; a frame where Space asks."""
        super().initStyleOption(option, index)
        if index.column() == TITLE:  # long names mostly differ at their end
            option.textElideMode = Qt.TextElideMode.ElideMiddle
        option.palette.setColor(QPalette.ColorRole.Highlight, mixed("accent", "panel", 0.22))
        option.palette.setColor(QPalette.ColorRole.HighlightedText, index.data(Role.ForegroundRole))
        if index.column() not in (KIND, ROLE):
            option.state &= ~QStyle.StateFlag.State_HasFocus


def _draw_bars(painter: QPainter, rect: QRect, column: Column, chosen: bool) -> None:
    bars = bars_of(column)
    if not bars:
        return
    room = QRectF(rect).adjusted(6, 5, -8, -5)
    step = room.width() / len(bars)
    width = max(1.0, min(step - 1.0, 12.0))
    tint = mixed("accent" if column.used else "muted", "panel", 0.9 if chosen else 0.65)
    for at, height in enumerate(bars):
        high = max(1.0, height * room.height()) if height else 0.0
        painter.fillRect(QRectF(room.left() + at * min(step, 13.0), room.bottom() - high, width, high), tint)


def _text(column: Column, at: int) -> str:
    if at == TITLE:
        return column.title
    if at == KIND:
        return column.kind
    if at == ROLE:
        return column.role
    return values_of(column) if at == VALUES else missing_of(column) if at == MISSING else ""


def _token(column: Column, at: int) -> str:
    if not column.used:
        return "muted"
    if at == MISSING:
        return "warning"
    return "accent" if column.role == TARGET and at in (TITLE, ROLE) else "text"
