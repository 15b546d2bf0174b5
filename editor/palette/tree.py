"""The node types as a tree by family and group, or as a ranked list while something is typed; each can be dragged."""

import html
from collections.abc import Iterable

from PySide6.QtCore import QMimeData, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QDrag, QIcon, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QMenu, QTreeWidget, QTreeWidgetItem, QWidget

from editor.looks import theme
from editor.palette.entry import (
    CHAIN_ROLE,
    HEADING_ROLE,
    PLACE_ROLE,
    TYPE_ROLE,
    EntryDelegate,
    drag_picture,
    family_icon,
    mime,
    tooltip,
    torch_place,
)
from editor.palette.folds import Folds
from editor.palette.headings import Heading, headings
from editor.palette.offer import commands
from editor.palette.ranking import MOST, ranked
from runtime.spec.catalogue import catalogue, placeable
from runtime.spec.from_code import Chain, Unread, is_code, read
from runtime.spec.node import Spec

INDENT = 14  # pixels a level


class TypeTree(QTreeWidget):
    """Emits `chosen` on a double click or Enter, or `typed` with the nodes of code where that was typed."""

    chosen = Signal(str)
    typed = Signal(object)  # Chain
    asked = Signal(str, str)  # what is to be done with a definition, and the type of its row

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setHeaderHidden(True)
        self.offered: dict[str, Spec] = {}  # beside the catalogue: definitions of the file and of the library
        self.asking: QMenu | None = None
        self.setAccessibleName("Node types")
        self.setIndentation(INDENT)
        self.setIconSize(QSize(16, 16))
        self.setItemDelegate(EntryDelegate(self))
        self.setUniformRowHeights(True)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setExpandsOnDoubleClick(False)
        self.itemDoubleClicked.connect(lambda item, _: self._choose(item))
        self.itemClicked.connect(self._toggle)
        self.itemExpanded.connect(lambda item: self._turned(item, True))
        self.itemCollapsed.connect(lambda item: self._turned(item, False))
        self.folds = Folds()
        self.matching = False
        self._headings: dict[str, Heading] = {}
        self.show_matches("")

    def show_matches(self, query: str) -> None:
        """The whole tree, or what matches, best first and selected."""
        self.clear()
        self.matching = bool(query.strip())
        self.setRootIsDecorated(not self.matching)
        if not self.matching:
            for heading in headings(self._placeable()):
                self._add_heading(heading, self.invisibleRootItem())
            return
        if is_code(query):
            self._show_code(read(query))
            return
        found = ranked(query, self._placeable())
        icons = {spec.family: family_icon(spec.family) for spec in found[:MOST]}
        self.addTopLevelItems([_item(spec, icons[spec.family]) for spec in found[:MOST]])
        if len(found) > MOST:
            self.addTopLevelItem(_remark(f"{len(found) - MOST} more: type on"))
        if best := self.topLevelItem(0):
            self.setCurrentItem(best)

    def show_offer(self, specs: Iterable[Spec], query: str) -> None:
        """Offer definitions before all else; what is seen of the tree stays where it was."""
        self.offered = {spec.type: spec for spec in specs}
        at = self.verticalScrollBar().value()
        self.show_matches(query)
        self.verticalScrollBar().setValue(at)

    def _placeable(self) -> list[Spec]:
        return [*self.offered.values(), *placeable()]

    def _show_code(self, found: Chain | Unread) -> None:
        """One row for all nodes of the code; none where it cannot be read, which the palette says."""
        if isinstance(found, Chain):
            item = _item(catalogue()[found.calls[0].type], family_icon(catalogue()[found.calls[0].type].family))
            item.setText(0, found.title)
            item.setToolTip(0, f"<b>{html.escape(found.title)}</b><br>{html.escape(found.said)}")
            for role in (TYPE_ROLE, PLACE_ROLE):
                item.setData(0, role, None)
            item.setData(0, CHAIN_ROLE, found)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            self.addTopLevelItem(item)
            self.setCurrentItem(item)

    def choose_current(self) -> None:
        """Add what the selected row stands for."""
        if item := self.currentItem():
            self._choose(item)

    def current_type(self) -> str:
        """The node type of the selected row; nothing for a family."""
        item = self.currentItem()
        return str(item.data(0, TYPE_ROLE) or "") if item else ""

    def type_item(self, type_name: str) -> QTreeWidgetItem | None:
        """The first row of a node type, where it is shown or would be below a heading that is closed."""
        waiting = [self.topLevelItem(row) for row in range(self.topLevelItemCount())]
        while waiting:
            item = waiting.pop(0)
            if item is None:
                continue
            if item.data(0, TYPE_ROLE) == type_name:
                return item
            self._fill(item)
            waiting += [item.child(row) for row in range(item.childCount())]
        return None

    def heading_item(self, key: str) -> QTreeWidgetItem | None:
        """The row of a family, or of a group such as ``layer/convolution``."""
        rows = [self.topLevelItem(row) for row in range(self.topLevelItemCount())]
        rows += [top.child(row) for top in rows if top for row in range(top.childCount())]
        return next((row for row in rows if row and (found := self._heading(row)) and found.key == key), None)

    def show_family(self, family: str) -> None:
        """Open a family and bring it to the top."""
        if item := self.heading_item(family):
            item.setExpanded(True)
            self.scrollToItem(item, QAbstractItemView.ScrollHint.PositionAtTop)

    def startDrag(self, supported: Qt.DropAction) -> None:
        """Carry the node type under the cursor, looking like the node that it becomes."""
        if not (type_name := self.current_type()):
            return
        drag = QDrag(self)
        drag.setMimeData(mime(type_name))
        spec = self.offered.get(type_name) or catalogue()[type_name]
        drag.setPixmap(drag_picture(spec, self.devicePixelRatioF()))
        drag.setHotSpot(QPoint(14, 14))
        drag.exec(Qt.DropAction.CopyAction)

    def mimeData(self, items: Iterable[QTreeWidgetItem]) -> QMimeData:
        """What a drag carries: the type of the one row that is dragged."""
        types = [item.data(0, TYPE_ROLE) for item in items]
        return mime(types[0]) if types else QMimeData()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter adds the selected node type, Delete takes a definition away."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentItem():
            self.choose_current()
        elif event.key() == Qt.Key.Key_Delete and commands(self.current_type()):
            self.asked.emit(commands(self.current_type())[-1][0], self.current_type())
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with a definition."""
        item = self.itemAt(event.pos()) if event.reason() == QContextMenuEvent.Reason.Mouse else self.currentItem()
        type_name = str(item.data(0, TYPE_ROLE) or "") if item else ""
        if not commands(type_name):
            return
        menu = self.asking = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for command, words in commands(type_name):
            self._add_command(menu, command, words, type_name)
        menu.popup(event.globalPos())

    def _add_command(self, menu: QMenu, command: str, words: str, type_name: str) -> None:
        menu.addAction(words).triggered.connect(lambda: self.asked.emit(command, type_name))

    def _add_heading(self, heading: Heading, parent: QTreeWidgetItem) -> None:
        """A family or a group with what stands below it; rows of a group are made when it is opened first."""
        item = QTreeWidgetItem(parent)
        family, _, group = heading.key.partition("/")
        item.setText(0, heading.title)
        item.setData(0, HEADING_ROLE, heading.key)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        if group:
            item.setForeground(0, QColor(theme.current().muted))
            item.setData(0, PLACE_ROLE, str(heading.count))
            item.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)
        else:
            item.setIcon(0, family_icon(family))
            item.setFont(0, theme.family_font(12, 600))
        self._headings[heading.key] = heading
        if not group or self.folds.open(heading.key):
            self._fill(item)
        item.setExpanded(self.folds.open(heading.key))

    def _heading(self, item: QTreeWidgetItem) -> Heading | None:
        return self._headings.get(item.data(0, HEADING_ROLE) or "")

    def _fill(self, item: QTreeWidgetItem) -> None:
        """Make the rows below a heading, once."""
        heading = self._heading(item)
        if heading is not None and not item.childCount():
            item.addChildren([_item(spec) for spec in heading.specs])
            for group in heading.groups:
                self._add_heading(group, item)

    def _toggle(self, item: QTreeWidgetItem, _: int) -> None:
        """A click on a heading opens or closes it, wherever on the row."""
        if self._heading(item) is not None:
            item.setExpanded(not item.isExpanded())

    def _turned(self, item: QTreeWidgetItem, open: bool) -> None:
        """Remember what the user opens and closes, by the mouse or the arrow keys."""
        heading = self._heading(item)
        if heading is not None and self.folds.open(heading.key) != open:
            if open:
                self._fill(item)
            self.folds.turn(heading.key, open)

    def _choose(self, item: QTreeWidgetItem) -> None:
        if type_name := item.data(0, TYPE_ROLE):
            self.chosen.emit(type_name)
        elif (chain := item.data(0, CHAIN_ROLE)) is not None:
            self.typed.emit(chain)


def _item(spec: Spec, icon: QIcon | None = None) -> QTreeWidgetItem:
    item = QTreeWidgetItem([spec.title])
    item.setData(0, TYPE_ROLE, spec.type)
    item.setData(0, PLACE_ROLE, torch_place(spec))
    item.setToolTip(0, tooltip(spec))
    if icon is not None:
        item.setIcon(0, icon)
    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled)
    return item


def _remark(sentence: str) -> QTreeWidgetItem:
    """A row that says something and does nothing."""
    item = QTreeWidgetItem([sentence])
    item.setForeground(0, QColor(theme.current().muted))
    item.setFlags(Qt.ItemFlag.NoItemFlags)
    return item
