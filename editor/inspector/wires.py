"""The wires of a port that takes many, in their order: rows that are dragged, or moved with Alt and the arrow keys."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from editor.looks.pieces import colour, mixed
from editor.looks.theme import family_font, mono_font, theme_changes
from editor.looks.unharmed import unharmed

ROW = 22
GRIP, NUMBER = 12, 16  # px: dots to take a row by, and its number
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
HELP = "Drag a row, or Alt+Up and Alt+Down, to change the order"
Wire = tuple[str, str]  # where it comes from, and its type


class Wires(QWidget):
    """`moved` tells which row is to stand where."""

    moved = Signal(int, int)

    def __init__(self, port: str) -> None:
        super().__init__()
        self.port = port
        self.wires: list[Wire] = []
        self.current = 0
        self.held: int | None = None  # the row that the button was pressed on
        self.pressed = QPoint()
        self.place: int | None = None  # where the dragged row would stand
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(HELP)
        theme_changes.changed.connect(self.update)

    def tell(self, wires: Sequence[Wire]) -> None:
        """Show these."""
        self.wires = list(wires)
        self.current = min(self.current, len(self.wires) - 1)
        self._name()
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """A line a wire."""
        return QSize(200, ROW * len(self.wires))

    def row_rect(self, at: int) -> QRect:
        """Where a row lies."""
        return QRect(0, at * ROW, self.width(), ROW)

    # with the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a row."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.pressed = event.position().toPoint()
            self.held = self.current = self._row_at(self.pressed)
            self._name()
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show where it would stand."""
        at = event.position().toPoint()
        far = (at - self.pressed).manhattanLength() >= QApplication.startDragDistance()
        if self.held is not None and (far or self.place is not None):
            self.place = self._row_at(at)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let it stand there."""
        held, place = self.held, self.place
        self._let_go()
        if held is not None and place is not None:
            self._move(held, place)

    def _let_go(self) -> None:
        self.held = self.place = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.update()

    def _row_at(self, at: QPoint) -> int:
        return min(max(at.y() // ROW, 0), len(self.wires) - 1)

    # with the keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose a row, with Alt they move it; Escape lets go of what is dragged."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        to = self.current + step
        if event.key() == Qt.Key.Key_Escape and self.held is not None:
            self._let_go()
        elif step and 0 <= to < len(self.wires):
            if event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self._move(self.current, to)
            else:
                self.current = to
                self._name()
                self.update()
        elif not step:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The row that has the keyboard is marked."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """No longer."""
        super().focusOutEvent(event)
        self.update()

    def _move(self, at: int, to: int) -> None:
        self.current = to
        if at != to:
            self.moved.emit(at, to)

    def _name(self) -> None:
        """For a screen reader: the row that is chosen."""
        if self.wires:
            source, type = self.wires[self.current]
            self.setAccessibleName(f"Wire {self.current + 1} of {len(self.wires)} of {self.port}: {source}, {type}")
            self.setAccessibleDescription(HELP)

    # drawn

    @unharmed
    def paintEvent(self, event: QPaintEvent) -> None:
        """Rows with their numbers; while one is dragged, a line where it would stand."""
        painter = QPainter(self)
        order = list(range(len(self.wires)))
        if self.held is not None and self.place is not None:
            order.insert(self.place, order.pop(self.held))
        for place, at in enumerate(order):
            chosen = at == self.held if self.held is not None else self.hasFocus() and at == self.current
            self._paint_row(painter, self.row_rect(place), place, self.wires[at], chosen)

    def _paint_row(self, painter: QPainter, rect: QRect, place: int, wire: Wire, chosen: bool) -> None:
        painter.fillRect(rect.adjusted(0, 1, 0, -1), mixed("accent", "raised", 0.25) if chosen else colour("raised"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("muted"))
        for down in (-4, 0, 4):
            for across in (5, 9):
                painter.drawRect(rect.left() + across, rect.center().y() + down, 1, 1)
        painter.setPen(colour("muted"))
        painter.setFont(family_font(11))
        painter.drawText(rect.adjusted(GRIP + 4, 0, 0, 0), LEFT, str(place + 1))
        source, type = wire
        names, types = QFontMetrics(family_font(12)), QFontMetrics(mono_font(11))
        room = rect.adjusted(GRIP + 4 + NUMBER, 0, -4, 0)
        named = min(names.horizontalAdvance(source) + 10, room.width() * 3 // 5)
        painter.setFont(family_font(12))
        painter.setPen(colour("text"))
        short = names.elidedText(source, Qt.TextElideMode.ElideRight, named - 8)
        painter.drawText(room, LEFT, short)
        painter.setFont(mono_font(11))
        painter.setPen(colour("muted"))
        rest = room.adjusted(named, 0, 0, 0)
        painter.drawText(rest, LEFT, types.elidedText(type, Qt.TextElideMode.ElideRight, rest.width()))
