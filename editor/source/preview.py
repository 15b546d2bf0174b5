"""The program of the open graph as it would be exported, written anew while the graph is drawn."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from editor.looks.pieces import Elided, Line, TextButton, mixed
from editor.looks.unharmed import unharmed
from editor.source.text import CodeText
from editor.window.problem_row import parted

if TYPE_CHECKING:
    from editor.running.session import Session

COPIED = 1500  # ms for which the button says so


class Notice(QWidget):
    """A tinted strip with one sentence."""

    def __init__(self) -> None:
        super().__init__()
        self.line = Line("").wrapped()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 6)
        layout.addWidget(self.line)
        self.hide()

    def say(self, text: str) -> None:
        """Show a sentence, or nothing."""
        self.line.setText(text)
        self.setVisible(bool(text))

    @unharmed
    def paintEvent(self, event: QPaintEvent) -> None:
        """Tint the strip."""
        QPainter(self).fillRect(self.rect(), mixed("warning", "panel", 0.14))


class ProgramView(QWidget):
    """Read-only. Nodes light their lines, a click on a line tells its node."""

    node_clicked = Signal(str)
    export_requested = Signal()

    def __init__(self, session: "Session", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.nodes: tuple[str, ...] = ()
        self.node_at: dict[int, str] = {}
        self.lines: dict[str, list[int]] = {}
        self.title = Elided("Program", "muted")
        self.notice = Notice()
        self.text = CodeText(readable_only=True, px=11)
        self.text.setAccessibleName("Program")
        self.text.setStyleSheet(
            "QPlainTextEdit { border: none; border-radius: 0; padding: 0; background: palette(window); }"
        )
        self.text.line_clicked.connect(self._clicked)
        self.empty = Line("Draw a graph and its program appears here.", "muted").wrapped()
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setContentsMargins(24, 24, 24, 24)
        self.copy = TextButton("copy", "Copy", "Copy the program")
        self.export = TextButton("export", "Export", "Save the program as a script")
        self.copy.clicked.connect(self._copy)
        self.export.clicked.connect(self.export_requested)
        self._lay()
        session.program_changed.connect(self.refresh)
        session.checked.connect(self._say_why)
        session.document.opened.connect(self._forget)
        session.writing.want(False)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Looked at: the program is to follow the graph."""
        super().showEvent(event)
        self.session.writing.want(True)
        self.light(self.nodes)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self.session.writing.want(False)

    def _lay(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(12, 6, 8, 6)
        bar.setSpacing(6)
        bar.addWidget(self.title, 1)
        bar.addStretch()
        bar.addWidget(self.copy)
        bar.addWidget(self.export)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        layout.addWidget(self.notice)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.empty, 1)

    def refresh(self) -> None:
        """Show the program; the last one in grey where the graph has none now."""
        program, first = self.session.program, not self.lines
        if program is not None and program.text != self.text.toPlainText():
            at = self.text.verticalScrollBar().value()
            self.text.setPlainText(program.text)
            self.text.verticalScrollBar().setValue(at)
        elif program is None and not self.session.document.graph.nodes:
            self.text.setPlainText("")
        if program is not None:
            self.lines = {node: sorted(lines) for node, lines in program.lines.items()}
            self.node_at = {line: node for node, lines in self.lines.items() for line in lines}
        self._grey(program is None)
        self._say_why()
        self.light(self.nodes, scroll=first)

    def _forget(self) -> None:
        """The program was that of another graph."""
        self.text.setPlainText("")
        self.lines, self.node_at = {}, {}
        self.refresh()

    def light(self, nodes: Iterable[str], scroll: bool = True) -> None:
        """Light the lines that these nodes wrote."""
        self.nodes = tuple(nodes)
        self.text.light([line for node in self.nodes for line in self.lines.get(node, ())], scroll)

    def _grey(self, grey: bool) -> None:
        if self.text.colours.grey != grey:
            self.text.colours.grey = grey
            self.text.colours.rehighlight()
        whole = not grey
        self.copy.setEnabled(whole)
        self.export.setEnabled(whole)
        some = bool(self.text.toPlainText())
        self.text.setVisible(some)
        self.empty.setVisible(not some)
        count = self.text.blockCount() - 1 if some else 0
        self.title.tell(f"{count:,} lines" if count else "Program")

    def _say_why(self) -> None:
        """One sentence why there is no program of the graph as it is."""
        why = None if self.session.sound else self.session.unfinished()
        some = bool(self.text.toPlainText())
        reason = "" if why is None else " ".join(parted(why)) if why.node else why.message
        self.notice.say(f"Not up to date: {reason}" if why and some else "")
        self.empty.setText(f"No program yet. {reason}" if why else "Draw a graph and its program appears here.")

    def _clicked(self, line: int) -> None:
        if node := self.node_at.get(line):
            self.node_clicked.emit(node)

    def _copy(self) -> None:
        self.session.write_now()
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self._name_copy("check", "Copied")
        QTimer.singleShot(COPIED, self, lambda: self._name_copy("copy", "Copy"))

    def _name_copy(self, icon: str, words: str) -> None:
        self.copy.drawn, self.copy.words = icon, words
        self.copy.setText(words)
        self.copy.recolour()
