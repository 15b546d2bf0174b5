"""One line for a number, a list of numbers, or text; typed, or moved with the arrow keys."""

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QStyle, QStyleOptionFrame

from editor.inspector.entry import Entry, Seen
from editor.inspector.text import Unreadable, read, stepped, written
from editor.looks.pieces import Line, colour, leaves_undo, tells_whole
from editor.looks.theme import family_font, mono_font, theme_changes
from editor.looks.unharmed import unharmed
from runtime.spec.parameter import Parameter

FIGURES = ("int", "float", "number", "sizes", "factors", "numbers", "wholes")
HIGH = 26  # px, whatever the size of the letters
LISTS = ("numbers", "sizes", "wholes")  # a size smaller: two numbers are read whole
PAD = 2  # pixels that QLineEdit keeps between its frame and its text
NEITHER = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta)


class CommitLine(QLineEdit):
    """A line that tells its text on Enter, when it is left, and before a shortcut or a click elsewhere is obeyed.

    Until it is edited, a text that is too long for it ends with an ellipsis; the whole is told by the tooltip.
    """

    committed = Signal(str)
    stepped = Signal(int)

    def __init__(self, figures: bool = False, px: int = 12) -> None:
        super().__init__()
        self.kept = ""
        self.setFont(mono_font(px) if figures else family_font(px))
        self.editingFinished.connect(self.commit)
        self.textEdited.connect(lambda _: QApplication.instance().installEventFilter(self))

    def keep(self, text: str) -> None:
        """Show a text that is no edit. What is being typed stays while the text behind it is the same."""
        if not (self.isModified() and text == self.kept):
            self.setText(text)
            self.setCursorPosition(len(text) if self.hasFocus() else 0)
        self.kept = text

    def shown(self) -> str:
        """What is drawn while it is not edited."""
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.room.width())

    @property
    def room(self) -> QRect:
        """Where the text stands."""
        frame = QStyleOptionFrame()
        self.initStyleOption(frame)
        within = self.style().subElementRect(QStyle.SubElement.SE_LineEditContents, frame, self)
        return within.adjusted(PAD, 0, -PAD, 0)

    @unharmed
    def paintEvent(self, event: QPaintEvent) -> None:
        """The line, or its frame with the short form in it."""
        shown = self.text() if self.hasFocus() else self.shown()
        if shown == self.text():
            super().paintEvent(event)
            return
        frame, painter = QStyleOptionFrame(), QPainter(self)
        self.initStyleOption(frame)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_PanelLineEdit, frame, painter, self)
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        painter.drawText(self.room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

    def commit(self) -> None:
        """Tell the text if it was edited."""
        if self.isModified():
            self.setModified(False)
            QApplication.instance().removeEventFilter(self)
            self.committed.emit(self.text())

    def take_back(self) -> None:
        """Forget what was typed."""
        self.setModified(False)
        self.keep(self.kept)
        self.committed.emit(self.kept)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While something is typed: a click elsewhere commits it first, also on what takes no focus, as Run."""
        if event.type() == QEvent.Type.MouseButtonPress and watched is not self and isinstance(event, QMouseEvent):
            self.commit()
        return False

    def event(self, event: QEvent) -> bool:
        """A shortcut, say Save, finds the text committed; Ctrl+Z is the graph's where the line has nothing to undo."""
        if leaves_undo(self, event):
            return False
        if tells_whole(self, event, self.text(), self.shown):
            return True
        done = super().event(event)
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape and self.isModified():
                event.accept()
            elif not event.isAccepted() and event.key() not in (*NEITHER, Qt.Key.Key_Escape):
                self.commit()
        return done

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape takes back, arrows step."""
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()), 0)
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self.take_back()
        elif steps:
            self.stepped.emit(steps * (10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tab marks the whole text, so that typing replaces it."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()


class LineEntry(Entry):
    """Numbers stand in the font of figures; an inferred one is grey until it is pinned."""

    def __init__(self, parameter: Parameter, px: int = 12) -> None:
        super().__init__(parameter)
        self.line = self.made_line(px)
        self.line.committed.connect(self._read)
        self.line.stepped.connect(self._step)
        self.wrong = False
        self.line.textEdited.connect(self._typing)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.line, 1)
        if parameter.unit:
            layout.addWidget(Line(parameter.unit, "muted"))
        self.setFocusProxy(self.line)
        theme_changes.changed.connect(self.recolour)

    def made_line(self, px: int) -> CommitLine:
        """The line of this kind of entry."""
        line = CommitLine(self.parameter.kind in FIGURES, px - (self.parameter.kind in LISTS))
        line.setMinimumHeight(HIGH)
        return line

    def show_seen(self, seen: Seen) -> None:
        """Show the value; grey what the wire tells, or that the nodes differ."""
        super().show_seen(seen)
        self.line.setPlaceholderText("mixed" if seen.mixed else self._empty(seen))
        self.line.keep("" if seen.mixed else written(seen.value))
        if not self.line.isModified():
            self.mark(not seen.mixed and self.parameter.problem(seen.value) is not None)

    def _empty(self, seen: Seen) -> str:
        """What stands in grey where nothing is given."""
        if self.parameter.inferred:
            return "from wire" if seen.told is None else written(seen.told)
        return {"path": "no file", "names": "all"}.get(self.parameter.kind, "none")

    def commit(self) -> None:
        """Tell what was typed."""
        self.line.commit()

    def mark(self, wrong: bool) -> None:
        """Show or hide that the text is no value."""
        self.wrong = wrong
        self.recolour()

    def recolour(self) -> None:
        """Red where the text is no value."""
        palette = self.line.palette()
        palette.setColor(palette.ColorRole.Text, colour("error" if self.wrong else "text"))
        palette.setColor(palette.ColorRole.PlaceholderText, colour("muted"))
        self.line.setPalette(palette)

    def _typing(self) -> None:
        self.mark(False)

    def _read(self, text: str) -> None:
        if self.seen.mixed and not text.strip():
            self.mark(False)
            self.refused.emit("")
            return
        try:
            value = read(self.parameter, text)
        except Unreadable as problem:
            self._refuse(text, str(problem))
            return
        if wrong := self.parameter.problem(value):
            self._refuse(text, wrong)
            return
        self.line.kept = written(value)
        self.line.setText(self.line.kept)
        self.mark(False)
        self.give(value)

    def _refuse(self, text: str, sentence: str) -> None:
        """Keep what was typed, in red, beside the sentence; Escape brings the value back."""
        self.line.setText(text)
        self.line.setModified(True)
        self.mark(True)
        self.refused.emit(sentence)

    def _step(self, steps: int) -> None:
        try:
            typed = read(self.parameter, self.line.text())
        except Unreadable:
            return
        value = self.seen.told if typed is None else typed
        moved = stepped(self.parameter, value, steps)
        if moved != value:
            self.line.setText(written(moved))
            self.stepping = True
            self.give(moved)
            self.stepping = False
