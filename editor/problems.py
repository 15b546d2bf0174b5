"""The problems of the open graph as a list: what is wrong, where, and buttons with repairs that were tried."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from editor.document import Document
from editor.pieces import Elided, Line, TextButton, colour, mixed, once_released
from editor.theme import family_font, icon, icon_pixmap, theme_changes
from runtime.check.problem import ERROR, OPEN, WARNING, Problem, Repair

if TYPE_CHECKING:
    from editor.session import Session

MOST = 200  # rows; whoever has more problems mends the first ones first
TOKENS = {ERROR: "error", WARNING: "warning", OPEN: "muted"}
SAID = {ERROR: "Error", WARNING: "Warning", OPEN: "To connect"}


class SeverityIcon(QLabel):
    """The sign of a severity: its shape differs as well as its colour."""

    def __init__(self, severity: str) -> None:
        super().__init__()
        self.severity = severity
        self.setFixedSize(16, 18)
        self.setAlignment(Qt.AlignmentFlag.AlignBottom)
        self.setAccessibleName(SAID[severity])
        self.setToolTip(SAID[severity])
        theme_changes.changed.connect(self.recolour)
        self.recolour()

    def recolour(self) -> None:
        """Draw in the colours of the theme."""
        name = colour(TOKENS[self.severity]).name()
        self.setPixmap(icon_pixmap(f"problem-{self.severity}", name, 16, self.devicePixelRatioF()))


class ProblemRow(QFrame):
    """One problem. A click or Enter chooses its node, a button applies a repair; `narrow` stands in the inspector."""

    chosen = Signal(str)
    repaired = Signal(object)  # Repair
    moved = Signal(int)  # arrow keys: one row up or down

    def __init__(self, problem: Problem, narrow: bool = False) -> None:
        super().__init__()
        self.problem, self.narrow = problem, narrow
        self.setAccessibleName(f"{SAID[problem.severity]}, {problem.node}: {problem.message}")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        theme_changes.changed.connect(self.update)
        if narrow:
            self._lay_narrow()
        else:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self._lay_wide()

    def _lay_narrow(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 8)
        column.setSpacing(6)
        row = QHBoxLayout()
        row.setSpacing(6)
        subject, sentence = parted(self.problem)
        port = subject.partition(".")[2]
        row.addWidget(SeverityIcon(self.problem.severity), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Line(f"{port} {sentence}" if port else _capital(sentence)).wrapped(), 1)
        column.addLayout(row)
        self._add_repairs(column)

    def _lay_wide(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 3, 10, 3)
        row.setSpacing(8)
        row.addWidget(SeverityIcon(self.problem.severity))
        subject, said = parted(self.problem)
        place = Elided(subject, "text", 12, 500)
        place.setFixedWidth(150)
        sentence = Line(_capital(said), "muted" if self.problem.severity == OPEN else "text").wrapped()
        row.addWidget(place)
        row.addWidget(sentence, 1)
        self._add_repairs(row)

    def _add_repairs(self, layout: QBoxLayout) -> None:
        for repair in self.problem.repairs:
            layout.addWidget(self._button(repair))

    def _button(self, repair: Repair) -> TextButton:
        button = TextButton("repair", _capital(repair.label), f"Repair {self.problem.node}: {repair.label}")
        button.clicked.connect(lambda: self.repaired.emit(repair))
        return button

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the node."""
        if not self.narrow and event.button() == Qt.MouseButton.LeftButton:
            self.setFocus()
            self.chosen.emit(self.problem.node)
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter chooses the node, arrows go to the next row."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.problem.node)
        elif event.key() in steps:
            self.moved.emit(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A tint in the inspector, a bar at the row that has the focus in the list."""
        painter = QPainter(self)
        if self.narrow:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            token = TOKENS[self.problem.severity]
            painter.setPen(mixed(token, "panel", 0.35))
            painter.setBrush(mixed(token, "panel", 0.10))
            painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 5, 5)
        elif self.hasFocus() or self.underMouse():
            painter.fillRect(self.rect(), mixed("accent", "panel", 0.16 if self.hasFocus() else 0.07))

    def enterEvent(self, event: object) -> None:
        """Show what a click would choose."""
        self.update()

    def leaveEvent(self, event: object) -> None:
        """Show so no longer."""
        self.update()


class Fold(QToolButton):
    """The grey line "3 to connect", which opens to what is unfinished."""

    def __init__(self) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setAutoRaise(True)
        self.setFont(family_font(12))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(QSize(14, 14))
        self.setStyleSheet("QToolButton { border: none; background: transparent; padding: 4px 10px; }")
        self.toggled.connect(self.recolour)
        theme_changes.changed.connect(self.recolour)
        self.recolour()

    def recolour(self) -> None:
        """Point where it opens."""
        self.setIcon(icon("chevron-down" if self.isChecked() else "chevron-right", colour("muted").name(), 14))
        palette = self.palette()
        palette.setColor(palette.ColorRole.ButtonText, QColor(colour("muted")))
        self.setPalette(palette)


class ProblemsPanel(QWidget):
    """Errors first, then warnings, then one line for what is unfinished."""

    node_chosen = Signal(str)

    def __init__(self, session: "Session", document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session, self.document = session, document
        self.setAccessibleName("Problems")
        self.shown: tuple[Problem, ...] | None = None
        self.rows: list[ProblemRow] = []
        self.fold = Fold()
        self.fold.toggled.connect(self._show_open)
        self.list = QWidget()
        self.column = QVBoxLayout(self.list)
        self.column.setContentsMargins(0, 6, 0, 6)
        self.column.setSpacing(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.list)
        self.area = area
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)
        self._due = once_released(self, self.refresh)
        session.checked.connect(self._due.start)
        self.refresh()

    def refresh(self) -> None:
        """Show the problems of the report, if they are others than before."""
        problems = self.session.report.problems
        if problems == self.shown:
            return
        focused = next((at for at, row in enumerate(self.rows) if _holds_focus(row)), None)
        self.shown = problems
        self._fill(problems)
        if focused is not None and self.rows:
            self.rows[min(focused, len(self.rows) - 1)].setFocus()

    def _fill(self, problems: Sequence[Problem]) -> None:
        self._clear()
        for severity in (ERROR, WARNING):
            self._add_rows([problem for problem in problems if problem.severity == severity])
        unfinished = [problem for problem in problems if problem.severity == OPEN]
        if unfinished:
            self.fold.setText(f"{len(unfinished)} to connect")
            self.fold.setAccessibleName(f"{len(unfinished)} to connect, show them")
            self.column.addWidget(self.fold)
            self.fold.show()
            if self.fold.isChecked():
                self._add_rows(unfinished)
        if not problems:
            self._say_nothing_wrong()
        self.column.addStretch(1)

    def _say_nothing_wrong(self) -> None:
        nothing = Line("Nothing wrong" if self.document.graph.nodes else "Nothing wrong: the graph is empty", "muted")
        nothing.setContentsMargins(12, 4, 12, 4)
        self.column.addWidget(nothing)

    def _clear(self) -> None:
        self.rows = []
        while (item := self.column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is self.fold:
                self.fold.hide()
            elif widget is not None:
                widget.hide()
                widget.deleteLater()

    def _add_rows(self, problems: Sequence[Problem]) -> None:
        for problem in problems[:MOST]:
            row = ProblemRow(problem)
            row.chosen.connect(self._choose)
            row.repaired.connect(self._repair)
            row.moved.connect(self._move)
            self.rows.append(row)
            self.column.addWidget(row)
        if len(problems) > MOST:
            more = Line(f"and {len(problems) - MOST} more", "muted")
            more.setContentsMargins(36, 4, 12, 4)
            self.column.addWidget(more)

    def _show_open(self) -> None:
        if self.shown is not None:
            self._fill(self.shown)

    def _choose(self, node: str) -> None:
        if node:
            self.node_chosen.emit(node)

    def _repair(self, repair: Any) -> None:
        self.session.apply_repair(repair)

    def _move(self, steps: int) -> None:
        at = next((at for at, row in enumerate(self.rows) if row.hasFocus()), 0) + steps
        if 0 <= at < len(self.rows):
            self.rows[at].setFocus()
            self.area.ensureWidgetVisible(self.rows[at])


def parted(problem: Problem) -> tuple[str, str]:
    """What a problem is about, ``node`` or ``node.port``, and the rest of its sentence without what its button says."""
    message = problem.message
    if problem.repairs:
        message = message.removesuffix(f" {problem.repairs[0].label}.")
    for subject in (f"{problem.node}.{problem.port}", problem.node):
        if message.startswith(f"{subject} "):
            return subject, message.removeprefix(f"{subject} ")
    return problem.node or "graph", message


def _holds_focus(row: QWidget) -> bool:
    focus = QApplication.focusWidget()
    return focus is not None and (focus is row or row.isAncestorOf(focus))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
