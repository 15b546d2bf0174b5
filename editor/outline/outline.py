"""The outline beside the canvas: the graph as a tree, to be read, travelled and worked with without a mouse."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from editor.canvas.arriving import bring_into_view
from editor.canvas.canvas import Canvas
from editor.canvas.pin import Pin
from editor.commands.actions import with_keys
from editor.looks import theme
from editor.looks.pieces import IconButton, Line, once_released
from editor.outline.lines import NodeLine, Part, lines
from editor.palette.entry import family_icon

if TYPE_CHECKING:
    from editor.running.session import Session

WIDTH = 240
TOKENS = {"error": "error", "warning": "warning", "open": "muted"}
LINE, PART = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
SAID = Qt.ItemDataRole.AccessibleTextRole
EMPTY = "No nodes yet. Search for one by what it does; Enter adds it"
RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Outline(QWidget):
    """Follows what the canvas shows. Enter asks for what a line is about: its parameters, or wires of its port."""

    parameters_wanted = Signal()
    wire_wanted = Signal(object)  # Pin
    closed = Signal()

    def __init__(self, canvas: Canvas, session: "Session") -> None:
        super().__init__()
        self.canvas = canvas
        self.shown: list[NodeLine] = []
        self.setObjectName("outline")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self.tree = Tree()
        self.tree.setAccessibleName("Outline of the graph")
        self.tree.itemSelectionChanged.connect(self._select)
        self.tree.itemExpanded.connect(_fill)
        self.tree.asked.connect(self._enter)
        self.tree.menu_wanted.connect(lambda where: canvas.rewiring.ask_what(None, where))
        self.close_button = IconButton("close", "Close the outline", size=14)
        self.close_button.clicked.connect(self.closed)
        self.empty = Line("", "muted", 12).wrapped()
        self.empty.setContentsMargins(12, 6, 12, 6)
        self._lay()
        self.setFocusProxy(self.tree)
        self._due = once_released(self, self.refresh)
        for changed in (canvas.level.changed, canvas.level.opened, session.checked, theme.theme_changes.changed):
            changed.connect(self._due.start)
        canvas.selection_changed.connect(lambda _: self._follow())
        self.hide()

    def _lay(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(12, 6, 6, 4)
        head.addWidget(Line("Outline", "text", 12, 600), 1)
        head.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 1, 0)  # its edge
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.empty)
        column.addWidget(self.tree, 1)

    def showEvent(self, event: object) -> None:
        """What happened behind is read now."""
        self.refresh()

    def refresh(self) -> None:
        """Show the graph as it is, if that is something else than before; what was open stays so."""
        if not self.isVisible():
            return
        self.empty.setText(with_keys(EMPTY, "search"))
        self.empty.setVisible(not self.canvas.graph.nodes)
        found = lines(self.canvas.level.seen, self.canvas.report)
        if found != self.shown or self.tree.tone != theme.current().name:
            self.tree.show_lines(found)
        self.shown = found
        self._follow()

    def port(self) -> Pin | None:
        """The port whose line is looked at."""
        item: QTreeWidgetItem | None = self.tree.currentItem()
        part: Part | None = item.data(0, PART) if item else None
        return part.pin if part else None

    def _follow(self) -> None:
        """Select what is selected on the canvas."""
        if self.isVisible():
            self.tree.choose(self.canvas.selected(), set(map(str, self.canvas.selection.edges())))

    def _select(self) -> None:
        """Select on the canvas what is selected here."""
        if self.tree.quiet:
            return
        items = self.tree.selectedItems()
        ids = {item.data(0, LINE).id for item in items if item.data(0, PART) is None}
        parts: list[Part] = [item.data(0, PART) for item in items if item.data(0, PART) is not None]
        edges = {part.edge for part in parts if part.edge is not None}
        ids |= {item.parent().data(0, LINE).id for item in items if (part := item.data(0, PART)) and not part.edge}
        self.canvas.selection.set(ids, edges)
        if ids:
            bring_into_view(self.canvas, ids)

    def _enter(self, item: QTreeWidgetItem) -> None:
        part: Part | None = item.data(0, PART)
        if part is not None and part.pin is not None:
            self.canvas.select([part.pin.node])
            self.wire_wanted.emit(part.pin)
        else:
            self.parameters_wanted.emit()


class Tree(QTreeWidget):
    """Node lines with their ports and problems below; these are made when a line is opened first."""

    asked = Signal(QTreeWidgetItem)
    menu_wanted = Signal(object)  # QPoint

    def __init__(self) -> None:
        super().__init__()
        self.quiet = False  # a selection that is not the user's
        self.tone = ""
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setIndentation(14)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.header().setMaximumSectionSize(WIDTH)

    def show_lines(self, found: list[NodeLine]) -> None:
        """Other lines; those that were open and the current one stay so."""
        opened = {item.data(0, LINE).id for item in self.items() if item.isExpanded()}
        current = self._current()
        self.tone = theme.current().name
        self.quiet = True
        self.clear()
        for line in found:
            item = _item(self, line)
            item.setExpanded(line.id in opened)
            if (line.id, "") == current:
                self.setCurrentItem(item, 0, QItemSelectionModel.SelectionFlag.NoUpdate)
            for at in range(item.childCount()):
                if (line.id, item.child(at).data(0, PART).text) == current:
                    self.setCurrentItem(item.child(at), 0, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.quiet = False

    def _current(self) -> tuple[str, str]:
        item: QTreeWidgetItem | None = self.currentItem()
        if item is None:
            return "", ""
        part = item.data(0, PART)
        return ((item.parent() if part else item).data(0, LINE).id, part.text if part else "")

    def items(self) -> Iterator[QTreeWidgetItem]:
        """The lines of nodes."""
        for at in range(self.topLevelItemCount()):
            if (item := self.topLevelItem(at)) is not None:
                yield item

    def choose(self, ids: list[str], edges: set[str]) -> None:
        """Select the lines of nodes, and those of wires as far as they are open."""
        wanted = set(ids)
        chosen = self.selectedItems()
        if {item.data(0, LINE).id for item in chosen if not item.data(0, PART)} == wanted and (not edges or chosen):
            return
        if wanted and {item.parent().data(0, LINE).id for item in chosen if item.data(0, PART)} == wanted:
            return  # a port of the node is looked at
        self.quiet = True
        self.clearSelection()
        for item in self.items():
            if item.data(0, LINE).id in wanted:
                item.setSelected(True)
                if len(wanted) == 1:  # without Ctrl, which may be held meanwhile and would take it out again
                    self.setCurrentItem(item, 0, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.quiet = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter is about the line; all other keys travel."""
        item: QTreeWidgetItem | None = self.currentItem()
        if event.key() in RETURN and item is not None:
            self.asked.emit(item)
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Nothing: letters are the keys of the canvas here as well."""

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with what is selected."""
        self.menu_wanted.emit(event.globalPos())

    def focusInEvent(self, event: QEvent) -> None:
        """There is a current line as soon as there is any."""
        super().focusInEvent(event)  # type: ignore[arg-type]
        first, item = self.topLevelItem(0), self.currentItem()
        if not item and first:
            self.setCurrentItem(first)


def _item(tree: QTreeWidget, line: NodeLine) -> QTreeWidgetItem:
    now = theme.current()
    item = QTreeWidgetItem(tree, [line.id, line.gives or line.type])
    item.setData(0, LINE, line)
    item.setData(0, SAID, line.sentence)
    item.setIcon(0, _sign(line.severity) if line.severity else family_icon(line.family))
    item.setForeground(1, QColor(now.muted))
    item.setFont(1, theme.family_font(11))
    item.setToolTip(0, line.sentence.replace(". ", "\n").rstrip("."))
    item.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)
    return item


def _fill(item: QTreeWidgetItem) -> None:
    """Make what is below a node, once."""
    if item.childCount() or item.data(0, LINE) is None:
        return
    for part in item.data(0, LINE).parts:
        inner = QTreeWidgetItem(item, [part.text])
        inner.setFirstColumnSpanned(True)
        inner.setData(0, PART, part)
        inner.setData(0, SAID, f"{part.severity}: {part.text}" if part.severity else f"{part.text} {part.type}".strip())
        inner.setToolTip(0, f"{part.text}  {part.type}".strip())
        inner.setFont(0, theme.family_font(12))
        inner.setForeground(0, QColor(theme.current().muted))
        if part.severity:
            inner.setIcon(0, _sign(part.severity))


def _sign(severity: str) -> QIcon:
    made = QIcon()
    for ratio in (1.0, 2.0):
        colour = getattr(theme.current(), TOKENS[severity])
        pixmap: QPixmap = theme.icon_pixmap(f"problem-{severity}", colour, 16, ratio)
        made.addPixmap(pixmap)
    return made
