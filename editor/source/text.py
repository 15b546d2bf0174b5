"""Python text with line numbers and colours, to be read or written; lines can be lit."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QTextCursor
from PySide6.QtGui import QTextFormat as Format
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from editor.looks.pieces import colour, mixed
from editor.looks.theme import code_font, theme_changes
from editor.looks.unharmed import unharmed
from editor.source.highlight import PythonColours

CONTROL = Qt.KeyboardModifier.ControlModifier
INDENT = "    "


class Margin(QWidget):
    """The strip of line numbers; a click on a number is a click on its line."""

    def __init__(self, text: "CodeText") -> None:
        super().__init__(text)
        self.text = text

    def sizeHint(self) -> QSize:
        """Room for the largest number."""
        return QSize(self.text.margin_width(), 0)

    @unharmed
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the numbers."""
        self.text.paint_margin(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell which line."""
        cursor = self.text.cursorForPosition(event.position().toPoint())
        self.text.line_clicked.emit(cursor.blockNumber() + 1)


class CodeText(QPlainTextEdit):
    """Lines count from 1, as in a traceback."""

    line_clicked = Signal(int)
    left = Signal()  # the focus went elsewhere, or Ctrl+Enter was pressed
    entered = Signal()  # the latter

    def __init__(self, readable_only: bool = False, px: int = 12, numbered: bool = True) -> None:
        super().__init__()
        self.numbered = numbered
        self.lit: frozenset[int] = frozenset()
        self.setFont(code_font(px))
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabStopDistance(4 * self.fontMetrics().horizontalAdvance(" "))
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.colours = PythonColours(self.document())
        self.margin = Margin(self)
        if readable_only:
            self.setReadOnly(True)
            flags = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            self.setTextInteractionFlags(flags)
        self.blockCountChanged.connect(self._make_room)
        self.updateRequest.connect(self._follow)
        theme_changes.changed.connect(self._light)
        self._make_room()

    def margin_width(self) -> int:
        """Pixels left of the text."""
        digits = max(2, len(str(self.blockCount())))
        return self.fontMetrics().horizontalAdvance("0") * digits + 18 if self.numbered else 0

    def light(self, lines: Iterable[int], scroll: bool = True) -> None:
        """Lay a soft colour behind lines, and bring the first of them into sight."""
        self.lit = frozenset(lines)
        self._light()
        if self.lit and scroll:
            self._bring(min(self.lit), max(self.lit))

    def _light(self) -> None:
        selections = []
        for line in sorted(self.lit):
            block = self.document().findBlockByNumber(line - 1)
            if block.isValid():
                selection = QTextEdit.ExtraSelection()
                selection.format.setBackground(mixed("accent", "panel", 0.18))
                selection.format.setProperty(Format.Property.FullWidthSelection, True)
                selection.cursor = QTextCursor(block)
                selections.append(selection)
        self.setExtraSelections(selections)
        self.margin.update()

    def _bring(self, first: int, last: int) -> None:
        """Scroll as little as shows the lines; lines that stand apart show their first ones."""
        bar = self.verticalScrollBar()
        visible = max(1, self.viewport().height() // max(1, self.fontMetrics().lineSpacing()))
        top, bottom = bar.value() + 1, bar.value() + visible
        if first < top or first > bottom - 1 or (last > bottom and last - first < visible - 4):
            bar.setValue(max(0, first - 1 - min(4, visible // 4)))

    def paint_margin(self, event: QPaintEvent) -> None:
        """Draw the numbers of the lines that are in sight."""
        painter = QPainter(self.margin)
        painter.setFont(self.font())
        block = self.firstVisibleBlock()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        while block.isValid() and top <= event.rect().bottom():
            height = self.blockBoundingRect(block).height()
            number = block.blockNumber() + 1
            painter.setPen(colour("accent" if number in self.lit else "muted"))
            line = block.layout().lineAt(0)
            across = self.margin.width() - 10 - self.fontMetrics().horizontalAdvance(str(number))
            painter.drawText(QPointF(across, top + line.y() + line.ascent()), str(number))  # on the line of the text
            top += height
            block = block.next()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the margin as high as the text."""
        super().resizeEvent(event)
        inside = self.contentsRect()
        self.margin.setGeometry(QRect(inside.left(), inside.top(), self.margin_width(), inside.height()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell which line was clicked, unless text was selected."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            self.line_clicked.emit(self.cursorForPosition(event.position().toPoint()).blockNumber() + 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tab is four spaces where text is written, Enter keeps the indent; Ctrl+Tab goes on, Shift+Tab back.

        Ctrl+Enter commits.
        """
        if self.isReadOnly():
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Backtab or (event.key() == Qt.Key.Key_Tab and event.modifiers() == CONTROL):
            QWidget.focusNextPrevChild(self, event.key() == Qt.Key.Key_Tab)  # a text of Qt would keep the focus
        elif event.key() == Qt.Key.Key_Tab and not event.modifiers():
            self.insertPlainText(INDENT)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() & CONTROL:
            self.left.emit()
            self.entered.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            line = self.textCursor().block().text()[: self.textCursor().positionInBlock()]
            indent = line[: len(line) - len(line.lstrip())]
            self.insertPlainText("\n" + indent + (INDENT if line.rstrip().endswith(":") else ""))
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Leave Ctrl+Z to the graph where the text has nothing to undo."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            undo = event.matches(QKeySequence.StandardKey.Undo) and not self.document().isUndoAvailable()
            redo = event.matches(QKeySequence.StandardKey.Redo) and not self.document().isRedoAvailable()
            if undo or redo:
                return False
        return super().event(event)

    def focusOutEvent(self, event: object) -> None:
        """Tell that the writing is over."""
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self.left.emit()

    def _make_room(self) -> None:
        self.setViewportMargins(self.margin_width(), 0, 0, 0)

    def _follow(self, rect: QRect, moved: int) -> None:
        if moved:
            self.margin.scroll(0, moved)
        else:
            self.margin.update(0, rect.y(), self.margin.width(), rect.height())
