"""Search at the cursor: type a few letters, Enter adds the node there, wired to what was dragged, or swaps one."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from editor.looks.theme import theme_changes
from editor.palette.entry import (
    CHAIN_ROLE,
    PLACE_ROLE,
    ROW,
    TYPE_ROLE,
    EntryDelegate,
    family_icon,
    first_sentence,
    torch_place,
)
from editor.palette.offer import SHELF
from editor.palette.paste import paste
from editor.palette.ranking import MOST, NOTHING, ranked
from runtime.spec.catalogue import catalogue, placeable
from runtime.spec.from_code import Chain, Unread, is_code, read
from runtime.spec.node import Spec

WIDTH, ROWS = 340, 8  # the wish below is read whole
LINES = 3  # of a doc, for which there is room below the longest list; few have more
WISH = "Add a node: its name, what it does, or its code"
MARGIN, EDGE = 6, 4  # pixels: inside of the popup, and between it and the window's edge
MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -ROWS, Qt.Key.Key_PageDown: ROWS}


class SearchPopup(QFrame):
    """A child of the window rather than a window of its own, so that it opens where it is told on every desktop."""

    chosen = Signal(str)
    typed = Signal(object)  # Chain
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.place = parent
        self.offered: dict[str, Spec] = {}  # beside the catalogue
        self.setObjectName("searchPopup")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self.field = QLineEdit(placeholderText=WISH, accessibleName="Add a node")
        self.field.textChanged.connect(self._show)
        self.field.installEventFilter(self)
        self.list = QListWidget(iconSize=QSize(16, 16))
        self.list.setAccessibleName("Node types that match")
        self.list.setItemDelegate(EntryDelegate(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._choose)
        self.list.currentItemChanged.connect(lambda *_: self._explain())
        self.doc = QLabel(wordWrap=True)
        self.doc.setObjectName("searchDoc")
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(MARGIN)
        for part in (self.field, self.list, self.doc):
            column.addWidget(part)
        theme_changes.changed.connect(self._retint)
        self._fits: Callable[[Spec], bool] | None = None
        self._near: Spec | None = None
        self.hide()

    def ask(
        self, at: QPoint, fits: Callable[[Spec], bool] | None = None, near: Spec | None = None, wish: str = ""
    ) -> None:
        """Open at a point of the parent, as far inside it as it fits; types of the kind of `near` come first."""
        self._fits, self._near = fits, near
        self.field.setPlaceholderText(wish or WISH)
        self.field.setAccessibleName(wish or "Add a node")
        self.field.clear()
        self._show("")
        room = self.place.rect()
        x = min(max(at.x(), EDGE), max(EDGE, room.width() - self.width() - EDGE))
        y = min(max(at.y(), EDGE), max(EDGE, room.height() - self._tallest() - EDGE))
        self.move(x, y)
        self._stretch()
        self.show()
        self.raise_()
        self.field.setFocus()

    def _retint(self) -> None:
        """Icons and letters in the colours of the theme."""
        if self.isVisible():
            self._show(self.field.text())

    def _tallest(self) -> int:
        """How high it can become while one types: the line that is typed in stays where it is."""
        rows, lines = ROWS * ROW + 4, LINES * self.doc.fontMetrics().lineSpacing()
        return self.sizeHint().height() - self.list.height() - self.doc.height() + rows + lines

    def _stretch(self) -> None:
        """As high as its parts, no word of them cut, and inside of the window."""
        self.doc.ensurePolished()  # the style sheet has its font
        lowest = 2 * self.doc.fontMetrics().lineSpacing()
        self.doc.setFixedHeight(max(lowest, self.doc.heightForWidth(WIDTH - 2 * MARGIN)))
        self.adjustSize()
        self.move(self.x(), max(EDGE, min(self.y(), self.place.height() - self.height() - EDGE)))

    def looked_at(self) -> str:
        """The node type of the chosen row, while the search is open."""
        item = self.list.currentItem() if self.isVisible() else None
        return str(item.data(TYPE_ROLE) or "") if item else ""

    def close_search(self) -> None:
        """Go away without adding anything."""
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows, Enter and Esc while typing; a click elsewhere closes."""
        if event.type() == QEvent.Type.FocusOut:
            self.close_search()
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        key = Qt.Key(event.key())
        if key in MOVES:
            row = self.list.currentRow() + MOVES[key]
            self.list.setCurrentRow(min(max(row, 0), self.list.count() - 1))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            self._choose(self.list.currentItem())
        elif event.matches(QKeySequence.StandardKey.Paste):
            paste(self.field)
        elif key == Qt.Key.Key_Escape:
            self.close_search()
        else:
            return super().eventFilter(watched, event)
        return True

    def _show(self, query: str) -> None:
        code = read(query) if is_code(query) else None
        with QSignalBlocker(self.list):  # explained once, below
            self._list(query, code)
        self.list.setFixedHeight(max(1, min(self.list.count(), ROWS)) * ROW + 4)
        self.list.setVisible(self.list.count() > 0)
        self._explain(code)

    def _list(self, query: str, code: Chain | Unread | None) -> None:
        self.list.clear()
        if code is None:
            self._show_types(query)
        elif isinstance(code, Chain):
            first = catalogue()[code.calls[0].type]
            item = QListWidgetItem(family_icon(first.family), code.title)
            item.setData(CHAIN_ROLE, code)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _show_types(self, query: str) -> None:
        found = ranked(query, [*placeable(), *self.offered.values()], self._fits, self._near)[:MOST]
        icons = {spec.family: family_icon(spec.family) for spec in found}
        for spec in found:
            item = QListWidgetItem(icons[spec.family], spec.title)
            item.setData(TYPE_ROLE, spec.type)
            item.setData(PLACE_ROLE, torch_place(spec))
            if spec.family in ("definition", SHELF):
                item.setData(PLACE_ROLE, "library" if spec.family == SHELF else "definition")
            if self._fits and not self._fits(spec):
                item.setForeground(self.palette().placeholderText())
            self.list.addItem(item)

    def _explain(self, code: Chain | Unread | None = None) -> None:
        item = self.list.currentItem()
        name = str(item.data(TYPE_ROLE)) if item else ""
        spec = self.offered.get(name) or catalogue().get(name)
        told = first_sentence(spec.doc) if spec else NOTHING
        self.doc.setText(told if code is None else code.said)
        chosen = f"{item.text()}. " if item else ""
        self.field.setAccessibleDescription(chosen + self.doc.text())  # the list never has the focus
        self._stretch()

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return  # what was typed stays: it says why nothing can be added
        self.hide()
        if (chain := item.data(CHAIN_ROLE)) is not None:
            self.typed.emit(chain)
        else:
            self.chosen.emit(item.data(TYPE_ROLE))
        self.closed.emit()
