"""The line in which a node's name is typed, laid over the name on the canvas, and what becomes of what is typed."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from editor.canvas.frame_box import PAD
from editor.canvas.intents import Intent, Refusal, renaming
from editor.looks.pieces import leaves_undo
from editor.looks.theme import current, drawn_font, theme_changes
from runtime.define.change import Refused, renamed
from runtime.define.levels import uses_of, with_level
from runtime.graph.edit import applied
from runtime.graph.model import Graph
from runtime.spec.definition import used

if TYPE_CHECKING:
    from editor.canvas.canvas import Canvas

WIDEST = 260.0  # of a title that is typed


class NameLine(QLineEdit):
    """Emits `typed` on Enter and when it loses the focus, `left` on Escape."""

    typed = Signal(str, bool)  # the text, and whether it may stay open when refused
    left = Signal()

    def __init__(self, parent: QWidget, name: str, place: QRect, scale: float) -> None:
        super().__init__(name, parent)
        self._done = False
        self.setFont(drawn_font(max(9, round(12 * scale)), 600))
        theme_changes.changed.connect(self._restyle)
        self._restyle()
        width = max(place.width() + 40, 130)
        self.setGeometry(place.left() - 5, place.center().y() - 12, width, 24)
        self.selectAll()
        self.show()
        self.setFocus()

    def _restyle(self) -> None:
        theme = current()
        self.setStyleSheet(
            f"background: {theme.raised}; color: {theme.text}; border: 1px solid {theme.accent};"
            "border-radius: 3px; padding: 0 3px;"
        )

    def close_quietly(self) -> None:
        """Away, without another word."""
        self._done = True
        self.hide()
        self.deleteLater()

    def event(self, event: QEvent) -> bool:
        """Ctrl+Z is the graph's where nothing was typed."""
        return False if leaves_undo(self, event) else super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Escape end the editing; nothing reaches the canvas."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.typed.emit(self.text(), True)
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Clicking elsewhere keeps what was typed."""
        super().focusOutEvent(event)
        if not self._done:
            self._done = True
            self.typed.emit(self.text(), False)


class Renaming:
    """At most one name is being typed at a time."""

    def __init__(self, canvas: "Canvas") -> None:
        self.canvas = canvas
        self.line: NameLine | None = None
        self.there: Callable[[], bool] = lambda: False  # whether that which is named still is

    def begin(self, id: str) -> None:
        """Lay a line over the name of a node."""
        self._open(id, self.canvas.mirror.boxes[id].title_rect, lambda: id in self.canvas.graph.nodes)
        self.canvas.select([id])
        if self.line is not None:
            self.line.typed.connect(lambda text, stay: self._typed(id, text, stay))

    def begin_title(self, id: str) -> None:
        """Lay a line over the title of a frame."""
        box = self.canvas.mirror.frames[id]
        place = box.title_rect.adjusted(PAD, 0, -PAD, 0)
        place.setWidth(min(place.width(), WIDEST))
        self._open(box.frame.title, place, lambda: id in self.canvas.mirror.frames)
        if self.line is not None:
            self.line.typed.connect(lambda text, _: self._entitled(id, text))

    def _open(self, text: str, place: QRectF, there: Callable[[], bool]) -> None:
        self.end()
        view = self.canvas.view
        view.cancel()
        self.line = NameLine(view.viewport(), text, view.in_viewport(place), view.scale_now)
        self.line.left.connect(self.end)
        self.there = there
        self.canvas.document.changed.connect(self._follow)

    def _entitled(self, id: str, text: str) -> None:
        self.end()
        if id in self.canvas.mirror.frames and text.strip() != self.canvas.mirror.frames[id].frame.title:
            self.canvas.framing.entitle(id, text)

    def _typed(self, id: str, text: str, stay: bool) -> None:
        intent = renaming(self.canvas.graph, id, text)
        if isinstance(intent, Refusal) and stay:
            self.canvas.carry_out(intent, self.canvas.mirror.boxes[id].rect.bottomLeft())
            return
        self.end()
        if isinstance(intent, Intent) and intent.edits:  # a longer name makes the node wider
            intent = replace(intent, edits=tuple(self.canvas.make_room(intent.edits)))
        if isinstance(intent, Intent) and intent.edits and (whole := self._with_definition(id, intent)) is not None:
            self.canvas.document.become(whole, intent.text)
            self.canvas.select([intent.node])
        else:
            self.canvas.carry_out(intent)

    def _with_definition(self, id: str, intent: Intent) -> Graph | None:
        """The file's graph after it where the only use of a definition has its name: then both have the new one."""
        level, whole = self.canvas.level, self.canvas.document.graph
        name = used(level.graph.nodes[id].type)
        if name != id or name not in whole.definitions or len(uses_of(whole, name)) > 1:
            return None
        try:
            return renamed(with_level(whole, level.name, applied(level.graph, intent.edits)), name, intent.node)
        except Refused:
            return None  # another definition has that name: the use alone is renamed

    def commit(self) -> None:
        """Take what is being typed, as when the line is left."""
        if self.line is not None:
            self.line.typed.emit(self.line.text(), False)

    def end(self) -> None:
        """The line away; the focus goes back to the canvas unless it has gone elsewhere."""
        if self.line is not None:
            line, self.line = self.line, None
            self.canvas.document.changed.disconnect(self._follow)
            focused = line.hasFocus()
            line.close_quietly()
            self.canvas.callout.leave()  # why what was typed in it was refused
            if focused:
                self.canvas.view.setFocus()

    def _follow(self, _: object) -> None:
        """It may have gone by undo while its name was typed."""
        if not self.there():
            self.end()
