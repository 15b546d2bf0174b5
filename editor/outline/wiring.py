"""Draws wires by keys: a list of those that could be at the selected nodes, searched by typing, drawn by Enter."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from editor.canvas.canvas import Canvas
from editor.canvas.pin import Pin
from editor.outline.joins import Join, joins
from editor.palette.entry import PLACE_ROLE, ROW, EntryDelegate
from editor.palette.ranking import matching

WIDTH, ROWS, MOST = 420, 10, 80
WISH = "A wire: from or to what"
MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -ROWS, Qt.Key.Key_PageDown: ROWS}
NOTHING = "No wire of that name can be drawn: it is there already, or would close a circle."
ROLE = Qt.ItemDataRole.UserRole


class Wiring(QFrame):
    """Opens over `place`. `closed` gives the focus back to whoever asked."""

    closed = Signal()

    def __init__(self, canvas: Canvas, place: QWidget) -> None:
        super().__init__(place)
        self.canvas, self.place = canvas, place
        self.asker: QWidget = canvas
        self.found: list[Join] = []
        self.setObjectName("searchPopup")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self.field = QLineEdit(placeholderText=WISH, accessibleName=WISH)
        self.field.textChanged.connect(self._show)
        self.field.installEventFilter(self)
        self.list = QListWidget(accessibleName="Wires that can be drawn")
        self.list.setItemDelegate(EntryDelegate(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._choose)
        self.list.currentItemChanged.connect(lambda *_: self._explain())
        self.said = QLabel(wordWrap=True)
        self.said.setObjectName("searchDoc")
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(4)
        for part in (self.field, self.list, self.said):
            column.addWidget(part)
        self.hide()

    def ask(self, port: Pin | None = None, asker: QWidget | None = None) -> None:
        """Ask for a wire of the selected nodes, or of one port."""
        canvas, chosen = self.canvas, self.canvas.selected()
        if not chosen:
            canvas.refused.emit("Select a node to draw a wire from or to it.")
            return
        self.asker = asker or canvas
        self.found = joins(canvas.graph, canvas.report, chosen, port)
        self.field.clear()
        self._show("")
        view, box = canvas.view, canvas.mirror.boxes[chosen[0]]
        at = view.viewport().mapTo(self.place, view.mapFromScene(box.rect.bottomLeft()))
        room = self.place.rect()
        self.move(_within(at, room.width() - self.width() - 4, room.height() - self.height() - 4))
        self.show()
        self.raise_()
        self.field.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows, Enter and Esc while typing; a click elsewhere closes."""
        if event.type() == QEvent.Type.FocusOut:
            self.hide()  # and leave the focus where it went
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        key = Qt.Key(event.key())
        if key in MOVES:
            row = self.list.currentRow() + MOVES[key]
            self.list.setCurrentRow(min(max(row, 0), self.list.count() - 1))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.list.currentItem())
        elif key == Qt.Key.Key_Escape:
            self._leave()
        else:
            return super().eventFilter(watched, event)
        return True

    def _show(self, query: str) -> None:
        self.list.clear()
        found = matching(query, (join.names for join in self.found))
        for at in sorted(found, key=lambda at: (not self.found[at].fits, found[at]))[:MOST]:
            join = self.found[at]
            item = QListWidgetItem(join.text)
            item.setData(ROLE, join)
            item.setData(PLACE_ROLE, join.remark or join.type)
            if not join.fits:
                item.setForeground(self.palette().placeholderText())
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.setFixedHeight(max(1, min(self.list.count(), ROWS)) * ROW + 4)
        self.list.setVisible(self.list.count() > 0)
        self._explain()
        self.adjustSize()

    def _explain(self) -> None:
        """What Enter would draw, for eyes and for screen readers, which stay with the field."""
        item = self.list.currentItem()
        join: Join | None = item.data(ROLE) if item else None
        told = f"{join.type or 'Type not known yet'}{', ' if join.remark else ''}{join.remark}" if join else NOTHING
        self.said.setText(told)
        self.field.setAccessibleDescription(f"{join.text}. {told}" if join else told)

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            join: Join = item.data(ROLE)
            self._leave()
            at = self.canvas.where(join.source)
            self.canvas.connect_pins(join.source, join.target, None, None, at)

    def _leave(self) -> None:
        if self.isVisible():
            self.hide()
            self.asker.setFocus()
            self.closed.emit()


def _within(at: QPoint, right: int, bottom: int) -> QPoint:
    return QPoint(min(max(at.x(), 4), max(4, right)), min(max(at.y(), 4), max(4, bottom)))
