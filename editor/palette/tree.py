"""The node types as a tree by family, or as a ranked list while something is typed; each can be dragged."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QMimeData, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QDrag, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QTreeWidget, QTreeWidgetItem, QWidget

from editor import theme
from editor.palette.entry import (
    PLACE_ROLE,
    TYPE_ROLE,
    EntryDelegate,
    drag_picture,
    family_icon,
    mime,
    tooltip,
    torch_place,
)
from editor.palette.ranking import ranked
from runtime.spec.catalogue import catalogue, placeable
from runtime.spec.node import Spec
from runtime.spec.words import family_title


class TypeTree(QTreeWidget):
    """Emits `chosen` on a double click or Enter."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setHeaderHidden(True)
        self.setAccessibleName("Node types")
        self.setIndentation(20)
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
        self._closed: set[str] = set()
        self.show_matches("")

    def show_matches(self, query: str) -> None:
        """The whole tree, or what matches, best first and selected."""
        self.clear()
        if query.strip():
            self.setRootIsDecorated(False)
            self.addTopLevelItems([_item(spec, family=True) for spec in ranked(query, placeable())])
            if best := self.topLevelItem(0):
                self.setCurrentItem(best)
        else:
            self.setRootIsDecorated(True)
            self._show_families()

    def current_type(self) -> str:
        """The node type of the selected row; nothing for a family."""
        item = self.currentItem()
        return str(item.data(0, TYPE_ROLE) or "") if item else ""

    def type_item(self, type_name: str) -> QTreeWidgetItem | None:
        """The row of a node type, where it is shown."""
        rows: Sequence[QTreeWidgetItem | None] = [self.topLevelItem(row) for row in range(self.topLevelItemCount())]
        for item in rows:
            children = [item, *(item.child(row) for row in range(item.childCount()))] if item else []
            for found in children:
                if found and found.data(0, TYPE_ROLE) == type_name:
                    return found
        return None

    def show_family(self, family: str) -> None:
        """Open a family and bring it to the top."""
        for row in range(self.topLevelItemCount()):
            item = self.topLevelItem(row)
            if item and item.text(0) == family_title(family):
                item.setExpanded(True)
                self.scrollToItem(item, QAbstractItemView.ScrollHint.PositionAtTop)

    def startDrag(self, supported: Qt.DropAction) -> None:
        """Carry the node type under the cursor, looking like the node that it becomes."""
        if not (type_name := self.current_type()):
            return
        drag = QDrag(self)
        drag.setMimeData(mime(type_name))
        drag.setPixmap(drag_picture(catalogue()[type_name], self.devicePixelRatioF()))
        drag.setHotSpot(QPoint(14, 14))
        drag.exec(Qt.DropAction.CopyAction)

    def mimeData(self, items: Iterable[QTreeWidgetItem]) -> QMimeData:
        """What a drag carries: the type of the one row that is dragged."""
        types = [item.data(0, TYPE_ROLE) for item in items]
        return mime(types[0]) if types else QMimeData()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter adds the selected node type."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentItem():
            self._choose(self.currentItem())
        else:
            super().keyPressEvent(event)

    def _show_families(self) -> None:
        groups: dict[str, list[Spec]] = {}
        for spec in placeable():
            groups.setdefault(spec.family, []).append(spec)
        for family, specs in groups.items():
            top = QTreeWidgetItem([family_title(family)])
            top.setIcon(0, family_icon(family))
            top.setFont(0, theme.family_font(12, 600))
            top.setFlags(Qt.ItemFlag.ItemIsEnabled)
            top.addChildren([_item(spec, family=False) for spec in specs])
            self.addTopLevelItem(top)
            top.setExpanded(top.text(0) not in self._closed)

    def _toggle(self, item: QTreeWidgetItem, _: int) -> None:
        """A click on a family opens or closes it, wherever on the row."""
        if item.childCount():
            item.setExpanded(not item.isExpanded())
            (self._closed.discard if item.isExpanded() else self._closed.add)(item.text(0))

    def _choose(self, item: QTreeWidgetItem) -> None:
        if type_name := item.data(0, TYPE_ROLE):
            self.chosen.emit(type_name)


def _item(spec: Spec, family: bool) -> QTreeWidgetItem:
    item = QTreeWidgetItem([spec.title])
    item.setData(0, TYPE_ROLE, spec.type)
    item.setData(0, PLACE_ROLE, torch_place(spec))
    item.setToolTip(0, tooltip(spec))
    if family:
        item.setIcon(0, family_icon(spec.family))
    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled)
    return item
